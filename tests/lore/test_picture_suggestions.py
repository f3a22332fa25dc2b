"""A fan proposes a picture, an editor decides, the fan hears back."""

import threading

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from lore import picturing
from lore.editing import Conflict
from lore.models import Change, Image, PictureSuggestion
from lore.picturing import About, Hung, approve_picture, decline_picture, suggest_picture
from tests.factories import make_page, mark_seen
from tests.lore.pictures import SENT, files, make_image, make_suggestion, png, upload

NEW = "/lore/pictures/new/"
GIVEN = SENT | {"licence": "cc-by-sa-4.0", "page": "Ruska Roma", "comment": "I drew it."}


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def page(db):
    return make_page()


@pytest.fixture
def suggestion(fan, page):
    return make_suggestion(fan, page)


def about(suggestion, **changes):
    return About(**(vars(About.of(suggestion.image)) | changes))


class TestProposing:
    def test_a_fans_picture_waits_for_an_editor(self, sign_in, fan, page, guest):
        answer = sign_in(fan).post(NEW, GIVEN | {"file": upload(png())})
        made = PictureSuggestion.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, made.get_absolute_url())
        assert (made.page, made.author, made.comment, made.image.is_public) == (page, fan, "I drew it.", False)
        assert "A ballet shoe" not in guest.get("/lore/pictures/").text
        page.refresh_from_db()
        assert page.lead_image is None

    def test_as_lead_is_not_the_fans_to_say(self, sign_in, fan, page):
        client = sign_in(fan)
        assert "as_lead" not in client.get(NEW).text
        client.post(NEW, GIVEN | {"file": upload(png()), "as_lead": "on", "is_public": "on"})
        page.refresh_from_db()
        assert (page.lead_image, Image.objects.get().is_public) == (None, False)

    @pytest.mark.parametrize("name", ["", "Nowhere", "Rules", "A draft"])
    def test_it_is_for_a_page_that_is_read(self, sign_in, fan, page, media, name):
        make_page("rules", kind="house")
        make_page("a-draft", is_published=False)
        answer = sign_in(fan).post(NEW, GIVEN | {"file": upload(png()), "page": name})
        assert (answer.status_code, "I drew it." in answer.text) == (422, True)
        assert (files(media), PictureSuggestion.objects.count()) == ([], 0)

    def test_only_so_many_wait_at_once(self, sign_in, fan, page):
        for _ in range(picturing.MOST_OPEN):
            make_suggestion(fan, page)
        answer = sign_in(fan).post(NEW, GIVEN | {"file": upload(png())})
        assert (answer.status_code, "waiting for an editor" in answer.text) == (422, True)
        assert Image.objects.count() == picturing.MOST_OPEN

    def test_a_suspended_fan_cannot(self, fan, page):
        fan.is_active = False
        with pytest.raises(PermissionDenied):
            suggest_picture(upload(png()), About("A shoe", "A fan"), fan=fan, page=page)

    def test_its_form_says_whose_it_is(self, sign_in, fan, page):
        text = sign_in(fan).get(f"{NEW}?page=ruska-roma").text
        assert f'value="{fan.get_full_name()}"' in text
        assert '<option value="cc-by-sa-4.0" selected>' in text


class TestSeeing:
    def test_its_author_and_editors_see_it_and_nobody_else(
        self, guest, sign_in, fan, author, moderator, editor, suggestion
    ):
        address = suggestion.get_absolute_url()
        found = [sign_in(user).get(address) for user in (fan, editor, author, moderator)]
        assert [answer.status_code for answer in found] == [200, 200, 404, 404]
        assert guest.get(address).status_code == 302
        for answer in found[:2]:
            assert suggestion.image.fallback in answer.text
        assert [f'value="{act}"' in found[0].text for act in ("withdraw", "approve")] == [True, False]
        assert [f'value="{act}"' in found[1].text for act in ("withdraw", "approve")] == [False, True]

    def test_an_editor_is_asked_before_it_gives_something_away(self, sign_in, fan, editor, page, three):
        suggestion = make_suggestion(fan, page, scope=three.mask, alt="Telling words")
        address = suggestion.get_absolute_url()
        client = sign_in(editor)
        assert "Telling words" not in client.get(address).text
        shown = client.get(f"{address}?reveal=pictureproposal-{suggestion.pk}").text
        assert f"{suggestion.image.fallback}?reveal=image-{suggestion.image_id}" in shown
        assert client.get(f"{suggestion.image.fallback}?reveal=image-{suggestion.image_id}").status_code == 200
        assert "Telling words" in sign_in(fan).get(address).text

    def test_it_names_no_page_that_its_author_has_not_seen(self, sign_in, fan, three):
        page = make_page("telling", scope=three.mask)
        text = sign_in(fan).get(make_suggestion(fan, page).get_absolute_url()).text
        assert "telling" not in text.lower()
        assert f"/lore/page-{page.pk}/" in text


class TestApproving:
    def test_makes_it_everybodys_amended_and_credits_the_fan(self, sign_in, fan, editor, page, guest, suggestion):
        sent = SENT | {"action": "approve", "alt": "One red shoe", "as_lead": "on", "focal_x": "30"}
        answer = sign_in(editor).post(suggestion.get_absolute_url(), sent)
        assert answer.status_code == 303
        suggestion.refresh_from_db()
        page.refresh_from_db()
        image = page.lead_image
        assert (image, image.is_public, image.alt, image.focal_x) == (suggestion.image, True, "One red shoe", 30)
        assert (suggestion.state, suggestion.reviewer) == ("approved", editor)
        change = Change.objects.get(kind="picture")
        assert (change.actor, change.credited_to, change.page) == (editor, fan, page)
        assert "One red shoe" in guest.get("/lore/pictures/").text

    def test_need_not_make_it_the_lead_and_then_it_stands_among_the_pages_pictures(
        self, fan, editor, guest, page, suggestion
    ):
        approve_picture(suggestion, about(suggestion), editor=editor, as_lead=False)
        page.refresh_from_db()
        assert (page.lead_image, Change.objects.get(kind="picture").credited_to) == (None, fan)
        text = guest.get(page.get_absolute_url()).text
        assert "More pictures" in text
        assert f'href="{suggestion.image.get_absolute_url()}"' in text

    def test_a_mistake_decides_nothing(self, sign_in, editor, suggestion):
        answer = sign_in(editor).post(
            suggestion.get_absolute_url(), SENT | {"action": "approve", "alt": "shoe.png", "reason": "Fine."}
        )
        assert (answer.status_code, "Fine." in answer.text) == (422, True)
        suggestion.refresh_from_db()
        assert (suggestion.is_open, suggestion.image.is_public) == (True, False)

    def test_the_scope_that_it_gets_shields_its_log(self, editor, three, suggestion):
        approve_picture(suggestion, about(suggestion, scope=three.mask), editor=editor, as_lead=True)
        assert Change.objects.get(kind="picture").scope == three.mask


class TestDeclining:
    def test_says_why_and_throws_the_files_away(
        self, sign_in, editor, fan, media, suggestion, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = sign_in(editor).post(
                suggestion.get_absolute_url(), SENT | {"action": "decline", "reason": "It is a still."}
            )
        assert answer.status_code == 303
        assert files(media) == []
        text = sign_in(fan).get(suggestion.get_absolute_url()).text
        assert "It is a still." in text
        assert suggestion.image.fallback not in text

    def test_its_words_stay_behind_the_pages_shield(self, sign_in, fan, editor, three):
        suggestion = make_suggestion(fan, make_page("telling", scope=three.mask))
        decline_picture(suggestion, editor=editor, reason="Telling words.")
        address = suggestion.get_absolute_url()
        assert "Telling words." not in sign_in(fan).get(address).text
        assert "Telling words." in sign_in(fan).get(f"{address}?reveal=pictureproposal-{suggestion.pk}").text

    @pytest.mark.parametrize("reason", ["", "  ", "r" * 501])
    def test_needs_a_reason(self, sign_in, editor, media, suggestion, reason):
        answer = sign_in(editor).post(suggestion.get_absolute_url(), SENT | {"action": "decline", "reason": reason})
        assert (answer.status_code, "reason" in answer.context["form"].errors) == (422, True)
        assert files(media)

    def test_what_was_declined_is_not_prepared_again(self, editor, media, suggestion):
        decline_picture(suggestion, editor=editor, reason="No.")
        Image.objects.update(making="waiting")
        picturing.prepare_later(suggestion.image)
        assert Image.objects.get().making == "waiting"


class TestWithdrawing:
    def test_its_author_takes_it_back(self, sign_in, fan, media, suggestion, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            answer = sign_in(fan).post(suggestion.get_absolute_url(), {"action": "withdraw"})
        suggestion.refresh_from_db()
        assert (answer.status_code, suggestion.state, files(media)) == (303, "withdrawn", [])

    def test_nobody_else_does(self, sign_in, editor, author, suggestion):
        address = suggestion.get_absolute_url()
        found = [sign_in(user).post(address, {"action": "withdraw"}).status_code for user in (editor, author)]
        assert found == [403, 404]


class TestDecidingTwice:
    @pytest.mark.parametrize("act", ["approve", "decline"])
    def test_the_second_editor_is_told_and_loses_no_word(self, sign_in, editor, admin, suggestion, act):
        approve_picture(suggestion, about(suggestion), editor=admin, as_lead=False)
        answer = sign_in(editor).post(
            suggestion.get_absolute_url(), SENT | {"action": act, "reason": "As I see it", "alt": "My words"}
        )
        assert answer.status_code == 409
        assert "no longer waiting: approved" in answer.text
        assert "As I see it" in answer.text
        assert "My words" in answer.text

    def test_a_fan_decides_nothing(self, sign_in, fan, suggestion):
        for act in ("approve", "decline"):
            sent = SENT | {"action": act, "reason": "Mine."}
            assert sign_in(fan).post(suggestion.get_absolute_url(), sent).status_code == 403
        suggestion.refresh_from_db()
        assert suggestion.is_open

    @pytest.mark.parametrize("action", ["", "publish"])
    def test_an_unknown_act_is_none(self, sign_in, editor, suggestion, action):
        answer = sign_in(editor).post(suggestion.get_absolute_url(), SENT | {"action": action})
        assert (answer.status_code, "Choose what to do with it." in answer.text) == (422, True)


class TestHearingBack:
    def test_the_fan_gets_a_mail(self, editor, fan, page, suggestion):
        approve_picture(suggestion, about(suggestion), editor=editor, as_lead=True)
        (letter,) = mail.outbox
        assert letter.to == [fan.email]
        assert "approved your picture for “Ruska Roma”" in letter.body
        assert suggestion.get_absolute_url() in letter.body

    def test_a_reason_comes_along(self, editor, suggestion):
        decline_picture(suggestion, editor=editor, reason="It is a still.")
        assert "It is a still." in mail.outbox[0].body

    def test_it_names_nothing_that_the_fan_has_not_seen(self, editor, fan, three):
        suggestion = make_suggestion(fan, make_page("telling", scope=three.mask))
        decline_picture(suggestion, editor=editor, reason="Telling words.")
        assert "elling" not in mail.outbox[0].body

    def test_it_names_what_they_have_seen(self, editor, fan, three):
        mark_seen(fan, three)
        suggestion = make_suggestion(fan, make_page("telling", scope=three.mask))
        decline_picture(suggestion, editor=editor, reason="Telling words.")
        assert "Telling words." in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_decides(editor, admin, fan, page):
    suggestion = make_suggestion(fan, page)
    said = []

    def decide(act):
        try:
            act()
            said.append("done")
        except Conflict:
            said.append("late")
        finally:
            connection.close()

    acts = [
        lambda: approve_picture(suggestion, about(suggestion), editor=editor, as_lead=True),
        lambda: decline_picture(suggestion, editor=admin, reason="No."),
    ]
    crews = [threading.Thread(target=decide, args=[act]) for act in acts]
    for crew in crews:
        crew.start()
    for crew in crews:
        crew.join()
    assert sorted(said) == ["done", "late"]
    suggestion.refresh_from_db()
    page.refresh_from_db()
    assert (page.lead_image_id is not None) is (suggestion.state == "approved")


def test_only_editors_call_the_verbs(fan, page, suggestion):
    image = make_image()
    for act in (
        lambda: picturing.add_picture(upload(png()), About("A shoe", "A fan"), editor=fan),
        lambda: picturing.change_picture(image, About.of(image), Hung([], []), editor=fan),
        lambda: picturing.replace_lead(page, image, editor=fan),
        lambda: approve_picture(suggestion, about(suggestion), editor=fan, as_lead=True),
        lambda: decline_picture(suggestion, editor=fan, reason="No."),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_house_page_gets_no_lead_picture(editor):
    with pytest.raises(ValidationError):
        picturing.replace_lead(make_page("rules", kind="house"), make_image(), editor=editor)
