"""What a profile tells of a fan's part in the lore."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from lore.drafting import keep_draft
from lore.editing import delete_page
from lore.models import Image, Page, PictureSuggestion
from lore.prose import Prose
from lore.seeing import set_seen
from lore.suggesting import approve, decline, withdraw
from tests.factories import make_page, make_work
from tests.lore.proposing import propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_page("rooney", title="Rooney Macarro")


def profile(client, fan) -> str:
    return re.sub(r"\s+", " ", client.get(reverse("profile", args=[fan.username])).content.decode())


def approved(fan, editor, page, *, lead="Better.", comment="A scene shows it."):
    made = propose(fan, page, lead=lead, comment=comment)
    page.refresh_from_db()
    approve(made, editor, Prose.of(made), based_on=page.current)
    return made


class TestCredits:
    def test_everybody_sees_what_came_of_a_suggestion(self, guest, sign_in, fan, author, editor, page):
        approved(fan, editor, page)
        for client in (guest, sign_in(author)):
            text = profile(client, fan)
            assert "Lore contributions" in text
            assert 'href="/lore/rooney/history/2/"' in text
            assert "A scene shows it." in text
            assert "approved" in text

    def test_nobody_is_credited_with_what_others_wrote(self, guest, fan, author, editor, page):
        approved(fan, editor, page)
        assert "Lore contributions" not in profile(guest, author)

    def test_the_fan_finds_the_suggestion_itself(self, sign_in, fan, editor, page):
        made = approved(fan, editor, page)
        text = profile(sign_in(fan), fan)
        assert made.get_absolute_url() in text
        assert "approved" in text

    def test_a_page_that_is_no_longer_read_is_not_named(self, guest, fan, editor, page):
        approved(fan, editor, page)
        delete_page(page, editor=editor, reason="A double.")
        assert "Rooney Macarro" not in profile(guest, fan)

    def test_outside_the_seen_set_it_is_left_out(self, guest, sign_in, fan, author, editor):
        three = make_work("chapter-3", short_title="Chapter 3")
        approved(fan, editor, make_page("she-dies", title="She dies", scope=three.mask))
        part = make_page("open", title="Open page")
        made = propose(fan, part, body="::: gives-away chapter-3\nShe dies.\n:::", comment="She dies.")
        approve(made, editor, Prose.of(made), based_on=part.current)
        for client in (guest, sign_in(author)):
            assert "dies" not in profile(client, fan)
        set_seen(author, three.mask)
        text = profile(sign_in(author), fan)
        assert "She dies" in text
        assert "Open page" in text


class TestSuggestions:
    @pytest.fixture
    def all_three(self, fan, editor):
        """One that waits, one declined, one withdrawn."""
        pages = [make_page(f"p{number}", title=f"Page {number}") for number in range(3)]
        waiting, declined, withdrawn = (propose(fan, each, lead="Better.", comment="Since.") for each in pages)
        decline(declined, editor, "No source says so.")
        withdraw(withdrawn, fan)
        return waiting, declined, withdrawn

    def test_the_fan_and_editors_see_each_with_its_state(self, sign_in, fan, editor, all_three):
        for user in (fan, editor):
            text = profile(sign_in(user), fan)
            for word in ("waiting", "declined", "withdrawn", "No source says so.", *(f"Page {n}" for n in range(3))):
                assert word in text
            assert all(each.get_absolute_url() in text for each in all_three)

    def test_nobody_else_does(self, guest, sign_in, author, moderator, fan, all_three):
        for client in (guest, sign_in(author), sign_in(moderator)):
            text = profile(client, fan)
            assert "Lore contributions" not in text
            assert "No source" not in text

    def test_the_fans_own_stay_theirs_outside_their_seen_set(self, sign_in, fan, editor):
        three = make_work("chapter-3")
        page = make_page("open", title="Open page")
        propose(fan, page, body="::: gives-away chapter-3\nShe dies.\n:::", comment="She dies.")
        assert "Open page" in profile(sign_in(fan), fan)
        assert "dies" not in profile(sign_in(editor), fan)
        Page.objects.update(scope=three.mask, title="She is dead")
        text = profile(sign_in(fan), fan)
        assert "Open page" in text
        assert "She is dead" not in text

    def test_a_reason_that_may_speak_of_what_was_to_go_is_not_shown_to_a_shielded_editor(self, sign_in, fan, editor):
        make_work("chapter-3")
        page = make_page("open", body="::: gives-away chapter-3\nShe dies.\n:::")
        decline(propose(fan, page, body="", comment="She lives."), editor, "She is dead.")
        text = profile(sign_in(editor), fan)
        assert "She lives." not in text
        assert "She is dead." not in text
        assert "She lives." in profile(sign_in(fan), fan)


class TestPictures:
    def propose(self, fan, page, **fields):
        public = fields.get("state") == "approved"
        image = Image.objects.create(
            digest=f"d{Image.objects.count()}", width=1, height=1, alt="A stage at night", is_public=public
        )
        moment = timezone.now()
        decided = {"decided_at": moment} if fields else {}
        return PictureSuggestion.objects.create(
            author=fan, page=page, image=image, changed_at=moment, **decided, **fields
        )

    def test_everybody_sees_those_that_were_taken(self, guest, fan, page):
        made = self.propose(fan, page, state="approved")
        text = profile(guest, fan)
        assert "A picture for Rooney Macarro" in text
        assert reverse("lore:image", args=[made.image_id]) in text

    def test_the_fan_and_editors_see_the_others_too(self, guest, sign_in, fan, editor, page):
        made = self.propose(fan, page)
        for user in (fan, editor):
            assert reverse("lore:image_suggestion", args=[made.pk]) in profile(sign_in(user), fan)
        assert "A stage at night" not in profile(guest, fan)


def test_asks_few_queries(sign_in, fan, author, editor, django_assert_max_num_queries):
    for number in range(8):
        approved(fan, editor, make_page(f"p{number}"))
    for user in (fan, author, editor):
        client = sign_in(user)
        with django_assert_max_num_queries(15):
            profile(client, fan)


class TestDrafts:
    def test_stand_there_for_the_fan_alone(self, guest, sign_in, fan, author, editor, page):
        shut = make_page("telling", title="Telling title", scope=make_work("chapter-3").mask)
        gone = make_page("gone", title="Gone page")
        for where in (page, shut, gone, None):
            keep_draft(fan, where, {"lead": ["Half a sen"]})
        delete_page(gone, editor=editor, reason="A double.")
        text = profile(sign_in(fan), fan)
        assert "You have a draft of <bdi>Rooney Macarro</bdi>" in text
        assert f'href="/lore/page-{page.pk}/suggest/?draft=1"' in text
        assert f'action="/lore/page-{shut.pk}/edit/draft/"' in text
        assert all(word not in text for word in ("elling", "Gone page", "/lore/new/"))
        for client in (guest, sign_in(author), sign_in(editor)):
            assert "draft of" not in profile(client, fan)

    def test_an_editor_goes_on_with_a_page_to_come(self, sign_in, editor):
        keep_draft(editor, None, {"title": ["The Lobby"]})
        client, address = sign_in(editor), reverse("profile", args=[editor.username])
        text = profile(client, editor)
        assert "You have a draft of <bdi>The Lobby</bdi>" in text
        assert 'href="/lore/new/?draft=1"' in text
        answer = client.post("/lore/new/draft/", {"action": "drop", "next": address})
        assert answer["Location"] == address
        assert "The Lobby" not in client.get(address).text
