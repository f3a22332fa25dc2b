"""The table of states, and that nothing goes around it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import modules, name
from theories.states import ARROWS, RESOLVED, SAID, STANDS, STORED, Outcome, State, Turn, leads_to

MAY_SET_STATE = "theories/turning.py"


def test_the_table_knows_every_turn_and_every_state():
    assert set(ARROWS) == set(Turn)
    assert set(STANDS) == set(State)
    assert {State(outcome) for outcome in Outcome} == set(RESOLVED)


def test_how_each_state_stands_is_said_in_a_sentence_that_goes_on():
    assert set(SAID) == set(State)
    assert all(
        re.fullmatch(r"(This theory|An outcome|The outcome|Its author) [^:.]+[^:. ]", said) for said in SAID.values()
    )
    assert len(set(SAID.values())) == len(State)


def test_due_is_never_stored():
    assert State.DUE not in STORED
    assert not any(State.DUE in targets for arrows in ARROWS.values() for targets in arrows.values())


def test_from_every_posted_state_that_is_not_the_end_there_is_a_way_to_every_outcome():
    for start in (State.OPEN, State.DUE, State.PROPOSED, State.DISPUTED):
        assert set(RESOLVED) <= _reached_from(start)
    assert _reached_from(State.WITHDRAWN) == {State.WITHDRAWN}


def _reached_from(start: State) -> set[State]:
    found, rest = {start}, [start]
    while rest:
        state = rest.pop()
        fresh = {to for turn in Turn for to in leads_to(turn, state)} - found
        found |= fresh
        rest += fresh
    return found


def writes_state(tree: ast.AST) -> Iterator[str]:
    """`x.state = …`, and `.update(state=…)`, `.create(state=…)`, `Theory(state=…)` and the like. A filter is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (ast.unparse(node) for target in targets for part in _parts(target) if part == "state")
        elif isinstance(node, ast.Call) and _called(node) in _WRITING:
            yield from (ast.unparse(node) for keyword in node.keywords if keyword.arg == "state")
            yield from (ast.unparse(node) for told in node.args if _names_state(told, _called(node)))


_WRITING = {"update", "create", "get_or_create", "update_or_create", "Theory", "setattr", "bulk_update"}


def _parts(target: ast.expr) -> list[str]:
    nodes = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return [node.attr for node in nodes if isinstance(node, ast.Attribute)]


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _names_state(told: ast.expr, call: str) -> bool:
    return call in {"setattr", "bulk_update"} and any(
        isinstance(node, ast.Constant) and node.value == "state" for node in ast.walk(told)
    )


KNOW_THEORIES = [path for path in modules() if name(path).startswith(("theories/", "ballerina_site/"))]


@pytest.mark.parametrize("path", KNOW_THEORIES, ids=name)
def test_state_is_written_in_one_place(path):
    assert name(path) == MAY_SET_STATE or not list(writes_state(ast.parse(path.read_text())))


@pytest.mark.parametrize(
    "planted",
    [
        "theory.state = State.OPEN",
        "theory.outcome, theory.state = '', 'open'",
        "Theory.objects.filter(pk=1).update(state='open')",
        "theory = Theory(claim='', state='open')",
        "setattr(theory, 'state', 'open')",
        "Theory.objects.bulk_update(theories, ['state'])",
    ],
)
def test_the_judge_finds_a_planted_write(planted):
    assert list(writes_state(ast.parse(planted)))


def test_the_judge_lets_questions_pass():
    assert not list(writes_state(ast.parse("Theory.objects.filter(state='open').exclude(state=theory.state)")))
