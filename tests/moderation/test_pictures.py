"""Pictures of the lore can be reported, hidden, shielded and restored."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from lore.models import Image
from lore.sweeping import drop_abandoned
from moderation.cases import find_case
from moderation.deciding import decide
from moderation.models import Outcome, Report
from moderation.reporting import report
from tests.factories import make_page, make_work
from tests.factories_theories import make_theory
from tests.lore.pictures import make_image, place_of

pytestmark = pytest.mark.django_db
WALL = "/lore/pictures/"


@pytest.fixture
def image(settings, tmp_path, author):
    settings.MEDIA_ROOT = tmp_path
    return make_image(uploader=author)


def test_a_hidden_picture_is_its_senders_and_the_moderators_until_it_is_restored(
    image, fan, author, moderator, guest, sign_in
):
    made, place = report("image", image.pk, fan, "rights", ""), place_of(image)
    file = image.fallback
    case = sign_in(moderator).get(f"/moderation/image/{image.pk}/").text
    assert file in case
    assert guest.get(file).status_code == 200
    decide(moderator, "image", image.pk, "hide", "rights", "It was drawn by somebody else.")
    made.refresh_from_db()
    assert made.outcome == Outcome.AGREED
    for client, status in ((guest, 404), (sign_in(fan), 404), (sign_in(author), 200), (sign_in(moderator), 200)):
        assert (client.get(place).status_code, client.get(file).status_code) == (status, status)
    told = sign_in(author).get(place).text
    assert "A moderator has hidden this picture" in told
    assert "It was drawn by somebody else." in told
    assert "/appeals/" in told
    assert "/appeals/" not in sign_in(moderator).get(place).text
    assert "Bare walls" in guest.get(WALL).text
    assert guest.get(f"/report/?kind=image&id={image.pk}").status_code == 404
    assert Notice.objects.filter(fan=author, kind="decision").exists()
    assert drop_abandoned(timedelta(days=-1)) == 0
    decide(moderator, "image", image.pk, "restore", "mistake", "It was theirs.")
    assert guest.get(place).status_code == 200
    assert image.alt in guest.get(WALL).text


def test_a_telling_picture_is_shielded(image, author, moderator, guest):
    scope = make_work("chapter-4").mask
    decide(moderator, "image", image.pk, "shield", "spoiler", "It shows the end.", scope=scope)
    assert Image.objects.get().scope == scope
    assert image.alt not in guest.get(place_of(image)).text


def test_a_theorys_picture_goes_with_its_theory(image, author):
    make_theory(author, picture=image)
    assert find_case("image", image.pk) is None


def test_what_editors_put_right_was_rightly_reported(moderator, fan, sign_in):
    page = make_page("the-house")
    report("page", page.pk, fan, "wrong", "It is older.")
    client, address = sign_in(moderator), f"/moderation/page/{page.pk}/"
    assert "is put right, or taken off, by its editors" in client.get(address).text
    answer = client.post(address, {"act": "mend", "reason": "other", "words": "The year is right now.", "seen": 0})
    assert answer.status_code == 302
    assert Report.objects.get().outcome == Outcome.AGREED
