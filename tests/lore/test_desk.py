"""/lore/desk/, and what the admin shows of suggestions."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lore.desk import PAGE_LENGTH, QUEUES
from lore.editing import delete_page
from lore.models import (
    Draft,
    Image,
    Page,
    PictureSuggestion,
    ScheduledEdit,
    Source,
    Suggestion,
)
from lore.prose import Prose
from lore.seeing import set_seen
from lore.suggesting import decline
from tests.factories import make_claim, make_fan, make_page
from tests.lore.proposing import propose

pytestmark = pytest.mark.django_db
DESK = "/lore/desk/"


@pytest.fixture
def desk(sign_in, editor):
    return sign_in(editor)


def words_in(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def rows(client, queue: str) -> list[tuple[str, str]]:
    answer = client.get(DESK, {"queue": queue})
    return [(entry.title, entry.href) for entry in answer.context["entries"]]


def counts(client) -> dict[str, int]:
    return {tab.queue.name: tab.count for tab in client.get(DESK).context["tabs"]}


def suggest_picture(fan, page, **fields) -> PictureSuggestion:
    image = Image.objects.create(digest=f"d{Image.objects.count()}", width=1, height=1, alt="A stage", is_public=False)
    changed = {"changed_at": timezone.now(), "comment": "Mine."}
    return PictureSuggestion.objects.create(author=fan, page=page, image=image, **(changed | fields))


class TestWhoSeesIt:
    @pytest.mark.parametrize(("who", "status"), [("editor", 200), ("admin", 200), ("fan", 403), ("moderator", 403)])
    def test_editors(self, request, sign_in, who, status):
        assert sign_in(request.getfixturevalue(who)).get(DESK).status_code == status

    def test_guests_go_to_sign_in(self, guest):
        assert guest.get(DESK).status_code == 302

    def test_it_is_only_read(self, desk):
        assert desk.post(DESK).status_code == 405


class TestTheQueues:
    def test_all_are_there_and_say_when_they_are_empty(self, desk):
        for queue in QUEUES:
            text = words_in(desk.get(DESK, {"queue": queue.name}))
            assert queue.empty in text
            assert all(f'href="?queue={each.name}"' in text for each in QUEUES)

    @pytest.mark.parametrize("query", [{}, {"queue": "nonsense"}, {"page": "x"}, {"page": "-1"}, {"page": "9" * 30}])
    def test_begin_with_the_suggestions(self, desk, query):
        answer = desk.get(DESK, query)
        assert answer.status_code == 200
        assert answer.context["queue"].name == "suggestions"

    def test_suggestions_that_wait_the_oldest_first(self, desk, fan, author, editor):
        page = make_page("rooney")
        second, first, closed = (
            propose(somebody, page, lead=f"By {somebody}.") for somebody in (fan, author, make_fan(username="third"))
        )
        Suggestion.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=1))
        decline(closed, editor, "No.")
        assert rows(desk, "suggestions") == [("Rooney", each.get_absolute_url()) for each in (first, second)]
        assert counts(desk)["suggestions"] == 2

    def test_pictures_that_wait(self, desk, fan):
        waiting = suggest_picture(fan, make_page("rooney"))
        suggest_picture(fan, Page.objects.get(), state="declined", decided_at=timezone.now())
        assert rows(desk, "pictures") == [("Rooney", reverse("lore:image_suggestion", args=[waiting.pk]))]

    def test_edits_that_wait_for_their_hour(self, desk, editor):
        page = make_page("rooney")
        ScheduledEdit.objects.create(
            page=page,
            editor=editor,
            comment="At the premiere.",
            publish_at=datetime(2035, 1, 1, 20, tzinfo=UTC),
            fault="The page moved on.",
            **Prose.of(page.current).fields,
        )
        text = words_in(desk.get(DESK, {"queue": "scheduled"}))
        for word in ("At the premiere.", "The page moved on.", "1 January 2035, 20:00", f"/lore/page-{page.pk}/edit/"):
            assert word in text

    def test_ones_own_drafts(self, desk, editor, admin):
        page = make_page("rooney")
        for fan, where in ((editor, page), (editor, None), (admin, page)):
            Draft.objects.create(fan=fan, page=where, fields={"title": ["Typed"]}, saved_at=timezone.now())
        assert rows(desk, "drafts") == [("Rooney", f"/lore/page-{page.pk}/edit/"), ("Typed", "/lore/new/")]

    def test_deleted_pages(self, desk, editor):
        page = make_page("rooney")
        delete_page(page, editor=editor, reason="A double.")
        assert rows(desk, "deleted") == [("Rooney", f"/lore/page-{page.pk}/undelete/")]

    def test_sources_that_did_not_answer(self, desk):
        Source.objects.create(key="fine", title="Fine", kind="article", published_on=date(2025, 1, 1))
        broken = Source.objects.create(
            key="b", title="Broken", kind="article", published_on=date(2025, 1, 1), fault="404", url="https://x.example"
        )
        assert rows(desk, "sources") == [("Broken", reverse("admin:lore_source_change", args=[broken.pk]))]

    def test_rumours_that_are_stale(self, desk):
        page = make_page("rooney")
        make_claim("A1", page=page, text="An old rumour.", status="rumour")
        make_claim("A2", page=page, text="A new one.", status="rumour", as_of=timezone.now().date())
        make_claim("A3", page=page, text="No rumour.")
        newer = make_claim("A4", page=page, text="Newer.")
        make_claim("A5", page=page, text="Superseded.", status="rumour", superseded_by=newer)
        assert rows(desk, "rumours") == [("An old rumour.", "/lore/claims/A1/edit/")]

    def test_long_ones_come_in_pages(self, desk, fan):
        for number in range(PAGE_LENGTH + 1):
            propose(make_fan(username=f"fan-{number}"), Page.objects.first() or make_page(), lead=f"No. {number}")
        answer = desk.get(DESK)
        assert len(answer.context["entries"]) == PAGE_LENGTH
        assert "?queue=suggestions&amp;page=2" in words_in(answer)
        second = desk.get(DESK, {"page": "2"})
        assert len(second.context["entries"]) == 1
        assert "?queue=suggestions&amp;page=1" in words_in(second)

    @pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
    def test_ask_few_queries_however_long(self, desk, editor, fan, queue, django_assert_max_num_queries):
        for number in range(5):
            page = make_page(f"p{number}")
            propose(fan, page, lead="Better.")
            suggest_picture(fan, page)
            make_claim(f"A{number}", page=page, status="rumour")
            Draft.objects.create(fan=editor, page=page, saved_at=timezone.now())
            delete_page(make_page(f"gone-{number}"), editor=editor, reason="A double.")
        with django_assert_max_num_queries(16):
            desk.get(DESK, {"queue": queue.name})


class TestShield:
    def test_who_sent_it_and_when_stands_there_also_where_it_is_covered(self, desk, fan, three):
        pages = [make_page(f"p{number}", title="Telling", scope=three.mask) for number in range(3)]
        sent = [propose(fan, page, lead="Telling lead.", comment="Telling.") for page in pages[:1]]
        Suggestion.objects.update(created_at=datetime(2025, 6, 7, tzinfo=UTC))
        text = words_in(desk.get(DESK))
        assert f"<span>{fan.get_full_name()}</span>" in text
        assert "7 June 2025" in text
        assert "elling" not in text
        sent += [propose(fan, page, lead="Telling lead.") for page in pages[1:]]
        folded = words_in(desk.get(DESK))
        assert "3 behind the curtain" in folded
        assert folded.count(f"<span>{fan.get_full_name()}</span>") == 3
        assert "elling" not in folded

    """Editors are shielded like everybody: the row's place stands there, and asks first."""

    def test_what_gives_a_work_away_is_not_named(self, desk, editor, fan, three):
        page = make_page("secret", title="Secret title", lead="Secret lead.", scope=three.mask)
        made = propose(fan, page, lead="Secret words.", comment="Secret reason.")
        suggest_picture(fan, page, comment="Secret picture.")
        make_claim("A1", page=page, text="A secret claim.", status="rumour")
        ScheduledEdit.objects.create(
            page=page, comment="Secret plan.", publish_at=timezone.now(), **Prose.of(page.current).fields
        )
        Draft.objects.create(fan=editor, page=page, fields={"title": ["Typed"]}, saved_at=timezone.now())
        gone = make_page("secret-too", title="Secret, too", scope=three.mask)
        delete_page(gone, editor=editor, reason="Secret.")
        for queue in QUEUES:
            text = words_in(desk.get(DESK, {"queue": queue.name}))
            assert "secret" not in text.lower()
            if queue.name in {"suggestions", "pictures", "scheduled", "deleted", "rumours"}:
                assert "Chapter 3" in text
        assert made.get_absolute_url() in words_in(desk.get(DESK))
        assert f"/lore/page-{gone.pk}/undelete/" in words_in(desk.get(DESK, {"queue": "deleted"}))

    def test_a_reason_may_speak_of_what_is_to_go(self, desk, fan, three):
        page = make_page("rooney", body="::: gives-away chapter-3\nShe dies.\n:::")
        propose(fan, page, body="", comment="She does not die.")
        assert "She does not die." not in words_in(desk.get(DESK))

    def test_who_has_seen_the_work_reads_it_all(self, desk, editor, fan, three):
        set_seen(editor, three.mask)
        propose(fan, make_page("secret", scope=three.mask), comment="Secret reason.", lead="x")
        assert "Secret reason." in words_in(desk.get(DESK))


class TestTheWayThere:
    @pytest.mark.parametrize(
        ("who", "is_there"), [("editor", True), ("admin", True), ("fan", False), ("moderator", False)]
    )
    def test_stands_in_the_account_menu_of_editors(self, request, sign_in, who, is_there):
        text = words_in(sign_in(request.getfixturevalue(who)).get("/lore/"))
        assert (f'href="{DESK}"' in text) is is_there


class TestAdmin:
    LIST = "/admin/lore/suggestion/"

    def test_its_front_page_counts_what_waits(self, desk, fan):
        page = make_page("rooney")
        propose(fan, page, lead="Better.")
        suggest_picture(fan, page)
        text = words_in(desk.get("/admin/"))
        assert "1 suggestion</a>" in text
        assert "1 picture</a>" in text

    def test_which_is_not_for_moderators(self, sign_in, moderator):
        assert "Waiting for an editor" not in words_in(sign_in(moderator).get("/admin/"))

    @pytest.mark.parametrize("model", ["suggestion", "picturesuggestion"])
    def test_lists_them_open_ones_first_and_leads_to_the_site(self, desk, fan, editor, author, model):
        page = make_page("rooney", title="Rooney Macarro")
        closed, waiting = propose(fan, page, lead="One."), propose(author, page, lead="Two.")
        decline(closed, editor, "No.")
        place = "lore:suggestion"
        if model == "picturesuggestion":
            closed = suggest_picture(fan, page, state="declined", decided_at=timezone.now())
            waiting, place = suggest_picture(fan, page), "lore:image_suggestion"
        text = words_in(desk.get(f"/admin/lore/{model}/"))
        there = [reverse(place, args=[each.pk]) for each in (waiting, closed)]
        assert text.index(there[0]) < text.index(there[1])
        assert "Rooney Macarro" not in text
        only = words_in(desk.get(f"/admin/lore/{model}/?state__exact=open"))
        assert there[0] in only
        assert there[1] not in only

    def test_leads_on_from_each(self, desk, fan):
        made = propose(fan, make_page("rooney"), lead="Better.")
        assert desk.get(f"{self.LIST}{made.pk}/change/").url == made.get_absolute_url()
        assert desk.get(f"{self.LIST}99/change/").url == self.LIST

    @pytest.mark.parametrize("who", ["editor", "admin"])
    def test_changes_none(self, request, sign_in, fan, who):
        made = propose(fan, make_page("rooney"), lead="Better.")
        client = sign_in(request.getfixturevalue(who))
        assert client.get(f"{self.LIST}add/").status_code == 403
        assert client.post(f"{self.LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(f"{self.LIST}{made.pk}/change/", {"state": "approved"})
        assert Suggestion.objects.get().is_open

    def test_is_not_for_moderators(self, sign_in, moderator, fan):
        made = propose(fan, make_page("rooney"), lead="Better.")
        client = sign_in(moderator)
        assert client.get(self.LIST).status_code == 403
        assert client.get(f"{self.LIST}{made.pk}/change/").status_code == 403
