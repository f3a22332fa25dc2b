"""Clarifications: dated, beside the claim, for good; told to those who backed it."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Notice
from tests.factories import make_work
from tests.factories_theories import make_theory, make_vote, resolved
from tests.theories.authoring import address
from theories.models import Clarification, Theory

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(theory, fan):
    make_vote(fan, theory)
    return Theory.objects.select_related("author").get(pk=theory.pk)


def test_it_stands_beside_the_claim_with_its_date_and_backers_are_told(sign_in, guest, author, fan, frozen):
    client = sign_in(author)
    assert "Clarify" in client.get(frozen.get_absolute_url()).content.decode()
    assert client.get(address("clarify", frozen)).status_code == 200
    answer = client.post(address("clarify", frozen), {"text": "A **film**, no series."})
    assert answer.status_code == 303
    page = guest.get(frozen.get_absolute_url()).content.decode()
    assert "A <strong>film</strong>, no series." in page
    assert page.index("no series.") < page.index('id="case"')
    assert "Clarified" in page
    assert set(Notice.objects.filter(kind="clarified").values_list("fan__username", "object_id")) == {
        ("fan", frozen.pk)
    }


def test_it_is_never_changed(sign_in, author, frozen):
    sign_in(author).post(address("clarify", frozen), {"text": "A film."})
    with pytest.raises(DatabaseError), transaction.atomic():
        Clarification.objects.update(text="A series.")
    assert connection.is_usable()


@pytest.mark.parametrize(
    ("text", "said"), [(" ", "required"), ("x" * 1001, "at most 1000"), (">!nowhere: x!<", "Line 1")]
)
def test_bad_input_is_422_and_keeps_the_text(sign_in, author, frozen, text, said):
    answer = sign_in(author).post(address("clarify", frozen), {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert not Clarification.objects.exists()


def test_only_once_its_words_stand_and_as_long_as_it_is_open(sign_in, author, theory):
    client = sign_in(author)
    assert client.get(address("clarify", theory)).status_code == 409
    assert "Clarify" not in client.get(theory.get_absolute_url()).content.decode()
    for columns in (resolved("void"), {"is_locked": True, "frozen_at": theory.opened_at}, {"state": "withdrawn"}):
        over = make_theory(author, set_to=columns)
        answer = client.post(address("clarify", over), {"text": "My long thought."})
        assert answer.status_code == 409
        assert "My long thought." in answer.content.decode()


def test_others_add_nothing_and_the_shield_holds(sign_in, guest, fan, author, frozen):
    assert sign_in(fan).post(address("clarify", frozen), {"text": "x"}).status_code == 403
    assert guest.get(address("clarify", frozen)).status_code == 302
    work = make_work("chapter-3")
    sign_in(author).post(address("clarify", frozen), {"text": "Not >!chapter-3: the butler!<."})
    assert "butler" not in guest.get(frozen.get_absolute_url()).content.decode()
    Theory.objects.update(scope=work.mask)
    assert "Not " not in guest.get(f"/theories/{frozen.pk}/").content.decode()
