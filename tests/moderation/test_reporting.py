import pytest
from django.core.exceptions import ValidationError

from moderation.models import Report
from moderation.reporting import AlreadyReported, report
from tests.factories_theories import make_theory


@pytest.fixture
def theory(author):
    return make_theory(author)


def test_a_report_is_kept(theory, fan):
    made = report("theory", theory.pk, fan, "spam", " An advert. ")
    assert (made.reporter, made.kind, made.object_id, made.words) == (fan, "theory", theory.pk, "An advert.")
    assert made.closed_at is None


def test_one_report_per_person_and_thing(theory, fan):
    report("theory", theory.pk, fan, "spam", "")
    with pytest.raises(AlreadyReported):
        report("theory", theory.pk, fan, "unkind", "")
    assert Report.objects.count() == 1


def test_guests_report_and_two_guests_may_say_the_same(theory):
    for _ in range(2):
        report("theory", theory.pk, None, "spam", "")
    assert Report.objects.filter(reporter=None).count() == 2


def test_others_may_report_the_same_thing_and_a_fan_other_things(theory, fan, editor):
    report("theory", theory.pk, fan, "spam", "")
    report("theory", theory.pk, editor, "spam", "")
    report("fan", editor.pk, fan, "unkind", "")
    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    ("reason", "words", "field"),
    [("nonsense", "", "reason"), ("", "", "reason"), ("other", "  ", "words")],
)
def test_what_is_wrong_is_said_by_field(theory, fan, reason, words, field):
    with pytest.raises(ValidationError) as caught:
        report("theory", theory.pk, fan, reason, words)
    assert field in caught.value.message_dict
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["theory", "nonsense"])
def test_what_is_not_there_cannot_be_reported(fan, kind):
    with pytest.raises(ValidationError, match="not there"):
        report(kind, 999_999, fan, "spam", "")


def test_nor_what_is_hidden(theory, fan):
    type(theory).objects.update(is_hidden=True)
    with pytest.raises(ValidationError, match="not there"):
        report("theory", theory.pk, fan, "spam", "")
