"""Tying two pages, and untying them: the rules, the log, the layout that follows."""

import pytest
from django.core.exceptions import ValidationError

from lore.editing import Conflict
from lore.models import Change, PageKind, Spot, Tie, TieKind
from lore.tying import ENDS, add_tie, remove_tie
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooney():
    return make_page("rooney", kind="character")


@pytest.fixture
def actress():
    return make_page("ana-de-armas", kind="person")


def tie(editor, source, kind, target, reason="The article says so.", **about):
    return add_tie(source, kind, target, editor=editor, reason=reason, **about)


class TestTying:
    def test_writes_the_tie_and_the_log(self, editor, rooney, actress):
        claim = make_claim("D3", page=rooney)
        made = tie(editor, rooney, "played_by", actress, claim=claim, scope=4)
        assert Tie.objects.get() == made
        assert (made.claim, made.scope) == (claim, 4)
        change = Change.objects.get(kind="ties")
        assert (change.page, change.actor, change.reason) == (rooney, editor, "The article says so.")

    def test_the_log_is_shielded_by_all_that_the_tie_touches(self, editor):
        one = make_page("one", kind="character", scope=1)
        two = make_page("two", kind="person", scope=2)
        claim = make_claim("A1", page=make_page("home", scope=8), scope=16)
        made = tie(editor, one, "played_by", two, scope=4, claim=claim)
        remove_tie(made, editor=editor, reason="It was wrong.")
        assert [change.scope for change in Change.objects.filter(kind="ties")] == [31, 31]

    def test_asks_for_a_layout_once_it_is_saved(self, editor, rooney, actress, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            made = tie(editor, rooney, "played_by", actress)
        assert set(Spot.objects.values_list("page__slug", flat=True)) == {"rooney", "ana-de-armas"}
        with django_capture_on_commit_callbacks(execute=True):
            remove_tie(made, editor=editor, reason="It was wrong.")
        assert not Spot.objects.exists()

    @pytest.mark.parametrize("kind", TieKind)
    def test_each_kind_has_its_ends_and_no_others(self, editor, kind):
        sources = {end: make_page(f"from-{end}", kind=end) for end in PageKind}
        targets = {end: make_page(f"to-{end}", kind=end) for end in PageKind}
        for start in PageKind:
            for end in PageKind:
                if start in ENDS[kind][0] and end in ENDS[kind][1]:
                    tie(editor, sources[start], kind, targets[end])
                    continue
                with pytest.raises(ValidationError) as fault:
                    tie(editor, sources[start], kind, targets[end])
                assert "leads from a" in fault.value.message_dict["kind"][0]

    def test_a_kind_nobody_knows_is_refused(self, editor, rooney, actress):
        with pytest.raises(ValidationError, match="how they are tied"):
            tie(editor, rooney, "married_to", actress)

    def test_twice_is_refused(self, editor, rooney, actress):
        tie(editor, rooney, "played_by", actress)
        with pytest.raises(ValidationError, match="already"):
            tie(editor, rooney, "played_by", actress)
        assert Change.objects.filter(kind="ties").count() == 1

    def test_of_two_at_once_one_is_told(self, editor, rooney, actress, monkeypatch):
        Tie.objects.create(source=rooney, kind="played_by", target=actress)
        monkeypatch.setattr("lore.tying.check_tie", lambda *ends: None)
        with pytest.raises(ValidationError, match="already"):
            tie(editor, rooney, "played_by", actress)
        assert Tie.objects.count() == 1

    def test_to_itself_is_refused(self, editor, rooney):
        with pytest.raises(ValidationError, match="itself"):
            tie(editor, rooney, "ally_of", rooney)

    @pytest.mark.parametrize("reason", ["", "  ", "r" * 301])
    def test_without_a_fit_reason_nothing_happens(self, editor, rooney, actress, reason):
        with pytest.raises(ValidationError):
            tie(editor, rooney, "played_by", actress, reason=reason)
        made = Tie.objects.create(source=rooney, kind="played_by", target=actress)
        with pytest.raises(ValidationError):
            remove_tie(made, editor=editor, reason=reason)
        assert Tie.objects.count() == 1
        assert not Change.objects.filter(kind="ties").exists()


class TestUntying:
    def test_takes_the_tie_and_says_why(self, editor, rooney, actress):
        remove_tie(tie(editor, rooney, "played_by", actress), editor=editor, reason="It was wrong.")
        assert not Tie.objects.exists()
        assert Change.objects.filter(kind="ties").first().reason == "It was wrong."

    def test_what_is_gone_already_is_a_conflict(self, editor, rooney, actress):
        made = tie(editor, rooney, "played_by", actress)
        Tie.objects.all().delete()
        with pytest.raises(Conflict):
            remove_tie(made, editor=editor, reason="It was wrong.")
        assert Change.objects.filter(kind="ties").count() == 1
