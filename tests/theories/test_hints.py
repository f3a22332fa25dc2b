"""Hints while a theory is written: what they say, that they store nothing, with a script and without."""

from datetime import date

import pytest

from tests.factories_theories import make_draft, make_theory
from tests.theories.authoring import FIELDS, NEW, address
from theories.hinting import has_two_claims, hints
from theories.models import Theory

HINTS = "/theories/hints/"
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("claim", "is_two"),
    [
        ("Rooney returns and kills the Chancellor.", True),
        ("Rooney will return, and Winston will die.", True),
        ("The film is a hit; it gets a sequel.", True),
        ("Rooney returns or she dies.", True),
        ("Rooney and Wick fight side by side in a film and the High Table falls", True),
        ("The Roma sisters fight on and John Wick dies.", True),
        ("Rooney wins a long hunt and the final fight.", False),
        ("Rooney wants to win and to rule.", False),
        ("Rooney and Wick fight side by side.", False),
        ("Rooney and John Wick return.", False),
        ("Rooney and John Wick will return.", False),
        ("John Wick is alive and well.", False),
        ("Rooney wins.", False),
        ("Bread and butter.", False),
        ("It ends as it began; once more.", False),
        ("Whether she wins or loses, John dies.", False),
        ("If Rooney returns, the Director dies and Winston rules.", False),
        ("Between the films she trains and fights.", False),
        ("", False),
    ],
)
def test_two_claims_in_one(claim, is_two):
    assert has_two_claims(claim) is is_two


@pytest.mark.parametrize(
    ("claim", "criteria", "due", "said"),
    [
        ("Rooney returns.", "A film shows it.", date(2030, 1, 1), []),
        ("Rooney returns.", " ", None, ["no way to tell"]),
        ("Rooney returns.", None, None, []),
        ("Rooney returns.", "Seen.", date(2060, 1, 1), ["2060 is far off"]),
        ("Rooney might return.", "Seen.", None, ["“Might” cannot fail"]),
        ("Will Rooney return?", "Seen.", None, ["A question"]),
        ("Rooney wins and she leaves.", "", None, ["two claims in one", "no way to tell"]),
        ("", "", date(2060, 1, 1), []),
    ],
)
def test_what_is_hinted_at(claim, criteria, due, said):
    found = hints(claim, criteria, due, TODAY)
    assert len(found) == len(said)
    assert all(words in sentence for words, sentence in zip(said, found, strict=True))


@pytest.mark.django_db
def test_hints_come_as_a_fragment_and_store_nothing(sign_in, fan, author, guest):
    there = make_theory(author, claim="Rooney opens an academy of her own.")
    client = sign_in(fan)
    answer = client.post(HINTS, {"claim": "Rooney opens her own academy and it burns", "due": "2099-02-31"})
    page = answer.content.decode()
    assert "two claims in one" in page
    assert "no way to tell" in page
    assert page.index(there.get_absolute_url()) < page.index("two claims in one")
    assert "no way to tell" not in client.post(HINTS, {"claim": "Rooney returns", "early": "1"}).text
    assert "<html" not in page
    assert client.post(HINTS, {}).content.strip() == b""
    assert "looks amiss" in client.post(HINTS, {"claim": "Snow falls.", "criteria": "Seen."}).content.decode()
    assert Theory.objects.count() == 1
    assert client.get(HINTS).status_code == 405
    assert guest.post(HINTS, {"claim": "x"}).status_code == 302


@pytest.mark.django_db
def test_without_a_script_a_button_checks_and_nothing_is_saved(sign_in, fan, author):
    there = make_theory(author, claim="Rooney returns at last.")
    client = sign_in(fan)
    answer = client.post(NEW, FIELDS | {"action": "check", "criteria": "", "due": ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert there.get_absolute_url() in page
    assert page.count("way to tell") == 2  # in the list and at its field
    assert "Two of them." in page
    assert Theory.objects.count() == 1
    draft = make_draft(fan, claim="Rooney returns.")
    page = client.post(f"{address('edit', draft)}?of={draft.pk}", FIELDS | {"action": "check"}).content.decode()
    assert there.get_absolute_url() in page
    assert Theory.objects.get(pk=draft.pk).edition == draft.edition


@pytest.mark.django_db
def test_a_theory_is_not_like_itself(sign_in, author, theory):
    client = sign_in(author)
    said = {"claim": theory.claim, "criteria": "Seen."}
    assert theory.claim in client.post(HINTS, said).content.decode()
    assert theory.claim not in client.post(f"{HINTS}?of={theory.pk}", said).content.decode()


@pytest.mark.django_db
def test_the_form_asks_for_them_while_one_types(sign_in, fan):
    page = sign_in(fan).get(NEW).content.decode()
    assert 'hx-post="/theories/hints/"' in page
    assert 'value="check"' in page
