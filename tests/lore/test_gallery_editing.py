"""How editors add pictures to the gallery, and change them."""

import pytest

from ballerina_site.ratelimit import LIMITS
from lore.models import Change, Image
from lore.picturing import replace_lead
from tests.factories import make_page, mark_seen
from tests.lore.pictures import SENT, files, make_image, make_suggestion, place_of, png, store, upload

NEW = "/lore/pictures/new/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


class TestAdding:
    def send(self, client, data=None, **fields):
        return client.post(NEW, SENT | {"file": upload(png() if data is None else data)} | fields)

    def test_an_editors_stands_in_the_gallery_at_once(self, sign_in, editor, guest, three):
        answer = self.send(sign_in(editor), scope=["chapter-3"], focal_x="20")
        image = Image.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, place_of(image))
        assert (image.uploader, image.scope, image.focal_x, image.is_public) == (editor, three.mask, 20, True)
        assert not Change.objects.filter(kind="picture").exists()

    def test_it_can_become_a_pages_lead_picture(self, sign_in, editor):
        page = make_page()
        self.send(sign_in(editor), page="Ruska Roma", as_lead="on")
        page.refresh_from_db()
        change = Change.objects.get(kind="picture")
        assert (page.lead_image, change.page, change.actor) == (Image.objects.get(), page, editor)

    def test_named_for_a_page_alone_it_does_not(self, sign_in, editor):
        page = make_page()
        self.send(sign_in(editor), page="Ruska Roma")
        page.refresh_from_db()
        assert page.lead_image is None

    def test_the_form_starts_from_the_page(self, sign_in, editor, three):
        make_page(scope=three.mask)
        mark_seen(editor, three)
        text = sign_in(editor).get(f"{NEW}?page=ruska-roma").text
        assert 'value="Ruska Roma"' in text
        assert 'value="chapter-3"' in text
        assert text.count("checked") == 2

    def test_it_names_no_page_that_is_shielded(self, sign_in, fan, three):
        page = make_page("telling", scope=three.mask)
        client = sign_in(fan)
        assert "Telling" not in client.get(f"{NEW}?page=telling").text
        assert f'value="page-{page.pk}"' in client.get(f"{NEW}?page=page-{page.pk}").text
        answer = self.send(client, page="Telling")
        assert (answer.status_code, "No page is called" in answer.text) == (422, True)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            *(({"alt": alt}, "alt") for alt in ("", "IMG_0001.jpg", "A picture of", "a" * 251)),
            ({"credit": ""}, "credit"),
            ({"licence": "stolen"}, "licence"),
            ({"scope": ["chapter-9"]}, "scope"),
            ({"focal_x": "101"}, "focal_x"),
            ({"focal_y": "-1"}, "focal_y"),
            ({"page": "Nowhere"}, "page"),
            ({"as_lead": "on"}, "page"),
            ({"file": ""}, "file"),
            ({"file": upload(b"<svg/>", "shoe.svg")}, "file"),
            ({"file": upload(b"%PDF-1.7", "shoe.pdf")}, "file"),
            ({"file": upload(b"")}, "file"),
            ({"file": upload(b"\0" * 10_000_001)}, "file"),
        ],
    )
    def test_a_mistake_is_told_at_its_field_and_all_that_was_typed_stays(self, sign_in, editor, media, wrong, field):
        answer = self.send(sign_in(editor), **{"credit": "Somebody kind", "alt": "Two shoes"} | wrong)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "Choose the picture again" in answer.text
        assert ("Somebody kind" in answer.text) is ("credit" not in wrong)
        assert (files(media), Image.objects.count()) == ([], 0)

    def test_a_picture_too_big_is_told_its_limit(self, sign_in, editor):
        answer = self.send(sign_in(editor), b"\0" * 10_000_001)
        assert "at most 10 MB" in answer.context["form"].errors["file"][0]

    def test_htmx_gets_the_form_alone_and_is_sent_on(self, sign_in, editor):
        client = sign_in(editor)
        headers = {"HX-Request": "true"}
        refused = client.post(NEW, SENT | {"alt": ""}, headers=headers)
        assert (refused.status_code, refused.text.strip()[:5]) == (422, "<form")
        taken = client.post(NEW, SENT | {"file": upload(png())}, headers=headers)
        assert taken["HX-Redirect"] == place_of(Image.objects.get())

    def test_too_many_are_told_to_wait_and_nothing_is_lost(self, sign_in, editor, limits):
        client = sign_in(editor)
        for _ in range(LIMITS["upload"].for_level(2)):
            client.post(NEW, {})
        answer = self.send(client, credit="Somebody kind")
        assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
        assert "Somebody kind" in answer.text

    def test_a_guest_is_sent_to_sign_in(self, guest):
        assert guest.get(NEW).status_code == 302
        assert self.send(guest).status_code == 302
        assert not Image.objects.exists()


class TestEditing:
    @pytest.fixture
    def client(self, sign_in, editor):
        return sign_in(editor)

    @pytest.fixture
    def image(self):
        return make_image()

    def edit(self, client, image, **changes):
        address = f"{place_of(image)}edit/"
        form = client.get(address).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields} | {"scope": []}
        return client.post(address, sent | changes)

    def test_changes_what_is_said_of_it(self, client, media, image, three, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            answer = self.edit(client, image, alt="Two shoes", scope=["chapter-3"], focal_x="10", licence="cc0-1.0")
        assert (answer.status_code, answer["Location"]) == (303, place_of(image))
        image.refresh_from_db()
        assert (image.alt, image.scope, image.focal_x, image.licence) == ("Two shoes", three.mask, 10, "cc0-1.0")
        assert set(image.card_files) <= set(files(media))

    def test_sets_and_takes_off_lead_pictures_and_says_so_in_the_histories(self, client, editor, image):
        roma, table = make_page("ruska-roma"), make_page("high-table")
        replace_lead(roma, image, editor=editor)
        self.edit(client, image, leads="High Table", reason="It fits better.")
        for page in (roma, table):
            page.refresh_from_db()
        assert (roma.lead_image, table.lead_image) == (None, image)
        told = Change.objects.filter(kind="picture", reason="It fits better.")
        assert {change.page for change in told} == {roma, table}

    def test_says_which_pages_it_shows_and_the_histories_tell(self, client, guest, image):
        roma, table = make_page("ruska-roma"), make_page("high-table")
        roma.pictures.add(image)
        self.edit(client, image, shows="High Table", reason="It is hers.")
        assert list(image.pages.all()) == [table]
        assert {change.page for change in Change.objects.filter(kind="picture", reason="It is hers.")} == {roma, table}
        assert table.get_absolute_url() in guest.get(place_of(image)).text
        self.edit(client, image, leads="High Table")  # one line in the history, and it still shows the page
        assert (Change.objects.filter(kind="picture").count(), list(image.pages.all())) == (3, [table])

    def test_pages_whose_picture_is_described_anew_say_so(self, client, image):
        page = make_page(lead_image=image)
        self.edit(client, image, alt="Two shoes")
        assert Change.objects.get(kind="picture").page == page
        self.edit(client, image)
        assert Change.objects.filter(kind="picture").count() == 1

    def test_a_page_that_the_editor_may_not_know_stays(self, client, image, three):
        page = make_page("telling", scope=three.mask, lead_image=image)
        form = client.get(f"{place_of(image)}edit/")
        assert "telling" not in form.text.lower()
        self.edit(client, image, alt="Two shoes")
        page.refresh_from_db()
        assert page.lead_image == image

    def test_a_second_editor_sees_what_the_first_did_and_loses_nothing(self, client, image, admin, sign_in):
        address = f"{place_of(image)}edit/"
        edition = client.get(address).context["form"]["edition"].value()
        self.edit(sign_in(admin), image, alt="Two shoes")
        sent = SENT | {"alt": "Three shoes", "edition": edition, "credit": "Somebody kind"}
        answer = client.post(address, sent)
        assert answer.status_code == 409
        assert "Two shoes" in answer.text
        assert "Three shoes" in answer.text
        again = answer.context["form"]["edition"].value()
        assert client.post(address, sent | {"edition": again}).status_code == 303
        assert Image.objects.get().alt == "Three shoes"

    @pytest.mark.parametrize(
        "wrong", [{"alt": "shoe.png"}, {"leads": "Nowhere"}, {"shows": "Nowhere"}, {"focal_x": "x"}, {"credit": ""}]
    )
    def test_a_mistake_keeps_what_was_typed(self, client, image, wrong):
        answer = self.edit(client, image, **{"reason": "It was wrong."} | wrong)
        assert (answer.status_code, "It was wrong." in answer.text) == (422, True)
        assert answer.context["form"].errors.keys() == wrong.keys()
        assert Image.objects.get().alt == "A ballet shoe"

    def test_house_pages_have_none(self, client, image):
        make_page("rules", kind="house")
        assert self.edit(client, image, leads="Rules").status_code == 422

    def test_saving_one_that_failed_tries_once_more(self, client, media, django_capture_on_commit_callbacks):
        image = store()
        Image.objects.update(making="failed")
        assert "could not be prepared" in client.get(f"{place_of(image)}edit/").text
        with django_capture_on_commit_callbacks(execute=True):
            self.edit(client, image)
        assert Image.objects.get().is_ready

    def test_is_for_editors(self, guest, sign_in, fan, moderator, image):
        address = f"{place_of(image)}edit/"
        assert guest.get(address).status_code == 302
        assert [sign_in(user).get(address).status_code for user in (fan, moderator)] == [403, 403]
        assert [sign_in(user).post(address, SENT).status_code for user in (fan, moderator)] == [403, 403]

    def test_is_of_no_private_picture(self, client, fan, author):
        for image in (make_image(is_public=False, uploader=fan), make_suggestion(fan, make_page()).image):
            assert client.get(f"{place_of(image)}edit/").status_code == 404

    def test_asks_before_it_gives_something_away(self, client, three):
        image = make_image(scope=three.mask, alt="Telling words")
        address = f"{place_of(image)}edit/"
        assert "Telling words" not in client.get(address).text
        assert "Telling words" in client.get(f"{address}?reveal=image-{image.pk}").text
