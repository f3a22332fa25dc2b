"""Edits that wait for their hour."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import EDITORS
from ballerina_site.management.commands.tick import JOBS
from lore.editing import Conflict, delete_page, save_revision
from lore.models import Draft, Page, ScheduledEdit
from lore.prose import Prose
from lore.scheduling import publish, publish_due, schedule, schedule_new_page, unschedule
from lore.seeing import set_seen
from lore.spoilers import EVERYTHING
from tests.factories import make_claim, make_fan, make_page
from tests.lore.writing import Bench, edit_address

pytestmark = pytest.mark.django_db
BODY = "One.\n\nTwo.\n\nThree."
MINE, THEIRS, BOTH = ("One.\n\nTwo.\n\nMine.", "Theirs.\n\nTwo.\n\nThree.", "Theirs.\n\nTwo.\n\nMine.")


def hour(**ahead):
    return timezone.now() + timedelta(**(ahead or {"days": 1}))


def prose(body=MINE, lead="A lead."):
    return Prose("Ruska Roma", lead, body)


@pytest.fixture
def page(db):
    return make_page(body=BODY)


@pytest.fixture
def other_editor(editor):
    other = make_fan(username="emma")
    other.groups.set(editor.groups.all())
    return other


def plan(page, editor, text=None, **fields):
    given = {"publish_at": hour(), "comment": "In time", "based_on": page.current_id}
    return schedule(page, text or prose(), editor=editor, **given | fields)


def come(waiting):
    """Its hour has come."""
    ScheduledEdit.objects.filter(pk=waiting.pk).update(publish_at=hour(minutes=-1))


class TestPlanning:
    def test_it_waits_and_changes_nothing(self, page, editor):
        waiting = plan(page, editor)
        assert (waiting.body, waiting.based_on, page.revisions.count()) == (MINE, page.current, 1)

    def test_it_knows_what_it_gives_away(self, page, editor, three):
        assert plan(page, editor, prose("::: gives-away chapter-3\nx\n:::")).scope == three.mask

    def test_an_hour_that_has_passed_is_refused(self, page, editor):
        with pytest.raises(ValidationError, match="That hour has passed"):
            plan(page, editor, publish_at=hour(minutes=-1))

    def test_a_text_that_does_not_compile_is_refused(self, page, editor):
        with pytest.raises(ValidationError, match="Line 1"):
            plan(page, editor, prose("Two >!unclosed"))

    def test_one_takes_the_place_of_ones_own(self, page, editor):
        plan(page, editor)
        plan(page, editor, prose("Later."))
        assert ScheduledEdit.objects.get().body == "Later."

    def test_but_not_of_anothers(self, page, editor, other_editor):
        plan(page, other_editor)
        with pytest.raises(Conflict):
            plan(page, editor, prose("Later."))
        assert ScheduledEdit.objects.get().body == MINE

    def test_unless_it_is_named_and_then_they_get_theirs_back(self, page, editor, other_editor):
        theirs = plan(page, other_editor)
        plan(page, editor, prose("Later."), replaces=theirs.pk)
        assert ScheduledEdit.objects.get().editor == editor
        assert Draft.objects.get(fan=other_editor, page=page).fields["body"] == [MINE]

    def test_on_a_page_that_moved_on_it_is_a_conflict(self, page, editor):
        base = page.current_id
        save_revision(page, prose(THEIRS), editor=None)
        with pytest.raises(Conflict):
            plan(page, editor, based_on=base)


class TestItsHour:
    def test_it_becomes_a_revision(self, page, editor):
        come(plan(page, editor))
        [revision] = publish_due()
        assert (revision.body, revision.editor, revision.comment, revision.number) == (MINE, editor, "In time", 2)
        assert Page.objects.get().current == revision
        assert not ScheduledEdit.objects.exists()

    def test_before_it_nothing_happens(self, page, editor):
        plan(page, editor)
        assert publish_due() == []
        assert page.revisions.count() == 1

    def test_asked_twice_it_happens_once(self, page, editor):
        waiting = plan(page, editor)
        come(waiting)
        assert publish(waiting)
        assert publish(waiting) is None
        assert publish_due() == []
        assert page.revisions.count() == 2

    def test_tick_does_it(self, page, editor, capsys):
        come(plan(page, editor))
        assert "publish_due" in JOBS
        call_command("publish_due")
        assert "Published: Ruska Roma, revision 2" in capsys.readouterr().out

    def test_it_is_brought_together_with_what_was_saved_meanwhile(self, page, editor, author):
        come(plan(page, editor))
        save_revision(page, prose(THEIRS), editor=author)
        [revision] = publish_due()
        assert (revision.body, revision.number) == (BOTH, 3)

    def test_where_the_two_do_not_fit_it_stays_and_says_why(self, page, editor, author):
        come(plan(page, editor, prose("Mine.\n\nTwo.\n\nThree.")))
        save_revision(page, prose(THEIRS), editor=author)
        assert publish_due() == []
        assert "both changed the same place: text" in ScheduledEdit.objects.get().fault
        assert publish_due() == [], "a fault waits for an editor"
        assert page.revisions.count() == 2

    def test_what_the_page_says_by_then_anyway_makes_no_revision(self, page, editor, author):
        come(plan(page, editor))
        save_revision(page, prose(), editor=author)
        publish_due()
        assert page.revisions.count() == 2
        assert not ScheduledEdit.objects.exists()

    def test_a_page_that_was_deleted_stays_so(self, page, editor):
        come(plan(page, editor))
        delete_page(Page.objects.get(), editor=editor, reason="A double.")
        assert publish_due() == []
        assert ScheduledEdit.objects.get().fault == "The page was deleted."

    def test_whoever_is_no_longer_an_editor_publishes_nothing(self, page, editor):
        come(plan(page, editor))
        editor.groups.filter(name=EDITORS).delete()
        assert publish_due() == []
        assert "no longer an editor" in ScheduledEdit.objects.get().fault

    def test_one_that_cannot_be_keeps_no_other_from_its_hour(self, page, editor):
        second = make_page("second", body=BODY)
        come(plan(page, editor))
        come(plan(second, editor))
        delete_page(Page.objects.get(pk=page.pk), editor=editor, reason="A double.")
        assert [revision.page for revision in publish_due()] == [second]


class TestAPageToCome:
    @pytest.fixture
    def to_come(self, editor):
        about = {"publish_at": hour(), "editor": editor, "comment": "In time"}
        return schedule_new_page(prose(), {"kind": "topic", "is_published": True}, slug="ruska-roma", **about)

    def test_is_not_read_and_links_to_it_stay_red_until_its_hour(self, to_come, guest):
        linker = make_page("linker", lead="[[Ruska Roma]]")
        assert guest.get("/lore/ruska-roma/").status_code == 404
        assert "wanted" in guest.get(linker.get_absolute_url()).text
        come(ScheduledEdit.objects.get())
        publish_due()
        assert "Mine." in guest.get("/lore/ruska-roma/").text
        assert "wanted" not in guest.get(linker.get_absolute_url()).text

    def test_its_claims_are_found_from_then_on(self, to_come, guest):
        make_claim(page=to_come, text="A kikimora.")
        come(ScheduledEdit.objects.get())
        publish_due()
        assert "<mark>kikimora</mark>" in guest.get("/search/?q=kikimora").text

    def test_goes_when_it_is_called_off_and_the_text_comes_back(self, to_come, editor):
        assert unschedule(ScheduledEdit.objects.get()) is None
        assert not Page.objects.exists()
        draft = Draft.objects.get(fan=editor)
        assert (draft.page, draft.fields["body"], draft.fields["slug"]) == (None, [MINE], ["ruska-roma"])

    def test_stays_when_claims_stand_on_it(self, to_come):
        make_claim(page=to_come)
        assert unschedule(ScheduledEdit.objects.get()) == to_come

    def test_of_two_at_one_address_the_second_is_told(self, to_come, editor, monkeypatch):
        def taken(*args, **kwargs):
            raise IntegrityError

        monkeypatch.setattr("lore.scheduling.add_whole_page", taken)
        with pytest.raises(ValidationError, match="just now"):
            schedule_new_page(prose(), {"kind": "topic"}, slug="x", publish_at=hour(), editor=editor, comment="")


class TestCallingOff:
    def test_its_writer_gets_the_text_back(self, page, editor):
        assert unschedule(plan(page, editor)) == page
        assert Draft.objects.get(fan=editor, page=page).fields["comment"] == ["In time"]

    def test_unless_they_are_writing_something_else_there(self, page, editor):
        waiting = plan(page, editor)
        Draft.objects.create(fan=editor, page=page, fields={"lead": ["Newer."]}, saved_at=timezone.now())
        unschedule(waiting)
        assert Draft.objects.get().fields == {"lead": ["Newer."]}

    def test_twice_is_once(self, page, editor):
        waiting = plan(page, editor)
        unschedule(waiting)
        assert unschedule(waiting) == page


class TestTheForm:
    @pytest.fixture
    def client(self, sign_in, editor):
        return sign_in(editor)

    def when(self, **ahead):
        return f"{hour(**ahead):%Y-%m-%dT%H:%M}"

    def send(self, client, page, query="", **typed):
        return Bench(client, edit_address(page), query).send("schedule", **{"publish_at": self.when()} | typed)

    def test_keeps_it_for_its_hour(self, client, page, editor):
        answer = self.send(client, page, body=MINE)
        assert answer.status_code == 302, answer.context["form"].errors
        waiting = ScheduledEdit.objects.get()
        assert (waiting.editor, waiting.body) == (editor, MINE)
        assert page.revisions.count() == 1
        assert "waits to be published on" in client.get(edit_address(page)).text

    def test_a_page_to_come_too(self, client, guest):
        typed = {"title": "High Table", "lead": "Seats.", "comment": "Begun", "publish_at": self.when()}
        answer = Bench(client, "/lore/new/").send("schedule", **typed)
        assert answer["Location"] == "/lore/high-table/edit/"
        assert guest.get("/lore/high-table/").status_code == 404
        assert "Seats." in client.get("/lore/high-table/edit/").text
        assert "waits to be published" in client.get("/lore/high-table/").text

    @pytest.mark.parametrize("typed", ["", "soon", "2020-01-01T00:00", "2026-13-40T99:00"])
    def test_an_hour_that_is_none_is_told_at_its_field(self, client, page, typed):
        answer = self.send(client, page, body=MINE, publish_at=typed)
        assert answer.status_code == 422
        assert "publish_at" in answer.context["form"].errors
        assert "Mine." in answer.text

    def test_saving_with_an_hour_set_asks_which_is_meant(self, client, page):
        answer = Bench(client, edit_address(page)).send(body=MINE, publish_at=self.when())
        assert "publish_at" in answer.context["form"].errors
        assert page.revisions.count() == 1

    def test_what_stands_around_the_text_does_not_wait(self, client, page):
        answer = self.send(client, page, body=MINE, aliases="Roma")
        assert "Only the text can wait" in answer.text
        assert not ScheduledEdit.objects.exists()

    def test_where_anothers_waits_it_asks(self, client, page, other_editor):
        theirs = plan(page, other_editor)
        answer = self.send(client, page, body="Later.")
        assert answer.status_code == 409
        assert "Later." in answer.text
        fields = dict(answer.context["form"].data.lists()) | {"replaces": theirs.pk}
        assert client.post(edit_address(page), fields).status_code == 302
        assert ScheduledEdit.objects.get().body == "Later."

    def test_any_editor_publishes_it_at_once(self, client, page, other_editor, guest):
        plan(page, other_editor)
        assert client.post(edit_address(page), {"action": "publish"})["Location"] == page.get_absolute_url()
        assert "Mine." in guest.get(page.get_absolute_url()).text

    def test_or_calls_it_off(self, client, page, other_editor):
        plan(page, other_editor)
        assert client.post(edit_address(page), {"action": "unschedule"}).status_code == 302
        assert not ScheduledEdit.objects.exists()

    @pytest.mark.parametrize("action", ["publish", "unschedule"])
    def test_where_none_waits_any_more_they_are_told(self, client, page, action):
        answer = client.post(edit_address(page), {"action": action}, follow=True)
        assert "No edit is waiting here any more." in answer.text
        assert client.post("/lore/new/", {"action": action}).status_code == 302

    def test_publishing_what_does_not_fit_opens_it_with_the_merge(self, client, page, other_editor, author):
        plan(page, other_editor, prose("Mine.\n\nTwo.\n\nThree."))
        save_revision(page, prose(THEIRS), editor=author)
        answer = client.post(edit_address(page), {"action": "publish"})
        assert answer.status_code == 409
        assert "both changed the same place" in answer.text
        form = answer.context["form"]
        assert form["body"].value() == "Mine.\n\nTwo.\n\nThree."
        fields = dict(form.as_sent.lists()) | {"body": "Both.", "publish_at": "", "action": "save"}
        assert client.post(edit_address(page), fields).status_code == 302
        assert Page.objects.get().current.body == "Both."
        assert not ScheduledEdit.objects.exists()

    def test_its_text_can_be_opened_and_changed(self, client, page, editor):
        plan(page, editor)
        editing = Bench(client, edit_address(page), "?scheduled=1")
        assert editing.fields["body"] == [MINE]
        assert editing.send("schedule", body="Changed.").status_code == 302
        assert ScheduledEdit.objects.get().body == "Changed."

    def test_its_text_is_behind_the_door_as_well(self, client, page, other_editor, editor, three):
        plan(page, other_editor, prose("::: gives-away chapter-3\nSecret.\n:::"))
        assert "Secret." not in client.get(edit_address(page)).text
        assert "Secret." not in client.get(f"{edit_address(page)}?scheduled=1").text
        set_seen(editor, EVERYTHING)
        assert "Secret." in client.get(f"{edit_address(page)}?scheduled=1").text

    def test_a_fan_plans_nothing(self, sign_in, fan, page):
        answer = sign_in(fan).post(edit_address(page), {"action": "schedule", "publish_at": self.when()})
        assert answer.status_code == 403
        assert not ScheduledEdit.objects.exists()
