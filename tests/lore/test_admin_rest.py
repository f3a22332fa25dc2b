"""The admin as an editor uses it for all but pages and claims, and what they may do there."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from lore.models import Claim, Event, Image, Page, Question, Work
from lore.preparing import prepare
from tests.factories import make_claim, make_page, make_work
from tests.lore.admin_forms import ADD, CHANGE, add_page, errors_of, fields_of, new_page
from tests.lore.pictures import ABOUT, png, upload

LIST = "admin:lore_{}_changelist"
MODELS = ["page", "claim", "source", "image", "event", "question", "category", "work", "revision"]


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


class TestPictures:
    def add(self, client, data, **fields):
        return client.post(
            reverse(ADD.format("image")), {**ABOUT, "focal_x": 50, "focal_y": 50, "file": upload(data), **fields}
        )

    def test_are_added(self, client, editor, three):
        answer = self.add(client, png(), scope=["chapter-3"])
        assert answer.status_code == 302, errors_of(answer)
        image = Image.objects.get()
        assert (image.alt, image.width, image.scope, image.uploader) == ("A ballet shoe", 12, three.mask, editor)
        assert "Being prepared" in client.get(reverse(LIST.format("image"))).text
        prepare(image.pk)
        assert Image.objects.get().address(12, "jpg") in client.get(reverse(LIST.format("image"))).text

    def test_taken_away_they_leave_no_file(self, sign_in, admin, media, django_capture_on_commit_callbacks):
        client = sign_in(admin)
        self.add(client, png())
        prepare(Image.objects.get().pk)
        fields = {"action": "delete_selected", "_selected_action": [Image.objects.get().pk], "post": "yes"}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse(LIST.format("image")), fields)
        assert not Image.objects.exists()
        assert not list(media.rglob("*.*"))

    @pytest.mark.parametrize("data", [b"no picture", b"<svg/>", b""], ids=repr)
    def test_what_is_no_picture_is_refused_at_the_file(self, client, media, data):
        answer = self.add(client, data)
        assert "file" in errors_of(answer)
        assert "A ballet shoe" in answer.text
        assert not Image.objects.exists()
        assert not list(media.rglob("*.*"))

    def test_without_alternative_text_nothing_is_stored(self, client, media):
        assert "alt" in errors_of(self.add(client, png(), alt=""))
        assert not list(media.rglob("*.*"))

    def test_without_a_file_they_are_asked_for_one(self, client):
        answer = client.post(reverse(ADD.format("image")), {**ABOUT, "focal_x": 50, "focal_y": 50})
        assert "file" in errors_of(answer)

    def test_what_is_said_about_them_can_change(self, client):
        self.add(client, png())
        image = Image.objects.get()
        address = reverse(CHANGE.format("image"), args=[image.pk])
        assert client.post(address, fields_of(client.get(address)) | {"alt": "Two shoes"}).status_code == 302
        assert Image.objects.get().alt == "Two shoes"
        assert Image.objects.get().digest == image.digest


class TestTheRest:
    def test_an_event_is_compiled_when_saved(self, client, three):
        fields = {
            "key": "e",
            "title": "E",
            "text": "**Now**",
            "track": "real",
            "kind": "other",
            "precision": "day",
            "position": "0",
        }
        answer = client.post(reverse(ADD.format("event")), fields | {"scope": "chapter-3"})
        assert answer.status_code == 302, errors_of(answer)
        assert (Event.objects.get().scope, Event.objects.get().compiled["html"]) == (three.mask, "<strong>Now</strong>")

    def test_a_question_is_compiled_when_saved(self, client):
        fields = {"key": "Q", "question": "Why?", "answer": "Because.", "position": "0"}
        assert client.post(reverse(ADD.format("question")), fields).status_code == 302
        assert "Because." in client.get("/lore/faq/").text
        assert "Because." in Question.objects.get().compiled[0]["html"]

    @pytest.mark.parametrize("model, field", [("question", "answer"), ("event", "text")])
    def test_a_mistake_in_the_markup_is_told(self, client, model, field):
        text = "::: gives-away nothing\nx\n:::" if model == "question" else ">!nothing-known: x!<" * 200
        assert field in errors_of(client.post(reverse(ADD.format(model)), {field: text}))

    def test_a_work_gets_a_bit_of_its_own(self, client, three):
        fields = {"slug": "chapter-5", "title": "Five", "short_title": "Five", "kind": "film", "release_order": "9"}
        assert client.post(reverse(ADD.format("work")), fields).status_code == 302
        assert Work.objects.get(slug="chapter-5").bit not in {None, three.bit}

    def test_lists_can_be_searched(self, client, three):
        make_claim(text="A kikimora.", page=make_page("swamp"))
        for model in MODELS:
            assert client.get(reverse(LIST.format(model)), {"q": "kikimora"}).status_code == 200, model
        assert "A kikimora." in client.get(reverse(LIST.format("claim")), {"q": "kikimora"}).text

    def test_every_save_is_logged(self, client, editor):
        add_page(client)
        assert LogEntry.objects.get().user == editor


class TestRights:
    @pytest.mark.parametrize("model", MODELS)
    def test_an_editor_deletes_nothing(self, client, editor, model):
        assert client.get(reverse(LIST.format(model))).status_code == 200
        assert not editor.has_perm(f"lore.delete_{model}")

    @pytest.mark.parametrize("role", ["editor", "admin"])
    def test_pages_claims_and_works_are_deleted_by_nobody(self, request, sign_in, role):
        claim, work = make_claim(), make_work()
        client = sign_in(request.getfixturevalue(role))
        for thing in (claim.page, claim, work):
            address = reverse(f"admin:lore_{thing._meta.model_name}_delete", args=[thing.pk])
            assert client.post(address, {"post": "yes"}).status_code == 403
        assert (Page.objects.count(), Claim.objects.count(), Work.objects.count()) == (1, 1, 1)

    def test_revisions_are_only_looked_at(self, client):
        revision = make_page().current
        address = reverse(CHANGE.format("revision"), args=[revision.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"lead": "Rewritten."}).status_code == 403
        assert client.get(reverse(ADD.format("revision"))).status_code == 403

    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_others_write_no_lore(self, request, sign_in, role):
        page = make_page()
        client = sign_in(request.getfixturevalue(role))
        address = reverse(CHANGE.format("page"), args=[page.pk])
        assert client.post(address, new_page(lead="Mine.")).status_code in {302, 403}
        assert client.post(reverse(ADD.format("page")), new_page(slug="x")).status_code in {302, 403}
        assert Page.objects.get().current.number == 1

    def test_a_fan_and_a_guest_get_no_admin(self, guest, sign_in, fan):
        for client in (guest, sign_in(fan)):
            answer = client.get(reverse(LIST.format("page")), follow=True)
            assert "Ballerina Archive" in answer.text
            assert "Select page" not in answer.text
