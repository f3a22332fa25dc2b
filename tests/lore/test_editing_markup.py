"""The editor's screens in all their states are sound HTML, every field labelled."""

import pytest
from django.urls import reverse

from lore.editing import delete_page, save_revision
from lore.models import Page
from lore.prose import Prose
from lore.scheduling import schedule
from tests.factories import make_claim, make_fan, make_page
from tests.lore.test_scheduling import hour
from tests.lore.writing import Bench, edit_address
from tests.site.test_html import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


@pytest.fixture
def page(db, three):
    page = make_page(body="## One\n\n[[Wanted]]\n\nTwo.", facts="A: B", hatnote="Not that.")
    make_page("linker", lead="[[Ruska Roma]]", body="::: gives-away chapter-3\n[[Ruska Roma]]\n:::")
    make_claim("A1", page=page)
    make_claim("A2", page=page, scope=three.mask)
    return page


def sound(answer, status=200):
    assert answer.status_code == status
    assert faults(answer.text) == []


def test_the_form_fresh_wrong_and_with_a_preview(client, page):
    editing = Bench(client, edit_address(page))
    sound(editing.opened)
    sound(editing.send(title="", body=">!no", aliases="Timeline", publish_at="never"), 422)
    sound(editing.send("preview", body="::: gives-away chapter-3\nx\n:::\n\n**Now** >!unclosed", facts="A: B"))


def test_the_form_with_all_that_it_may_have_to_tell(client, page, editor):
    other = make_fan(username="emma")
    other.groups.set(editor.groups.all())
    about = {"publish_at": hour(), "comment": "In time", "based_on": page.current_id}
    schedule(page, Prose("T", "L"), editor=other, **about)
    editing = Bench(client, edit_address(page))
    editing.send("draft", lead="Half a sen")
    sound(client.get(edit_address(page)))
    sound(client.get(f"{edit_address(page)}?draft=1"))
    sound(client.get(f"{edit_address(page)}?scheduled=1"))
    sound(editing.send("schedule", publish_at=f"{hour():%Y-%m-%dT%H:%M}"), 409)


@pytest.mark.parametrize("body", ["## One\n\n[[Wanted]]\n\nMine.", "## Mine\n\n[[Wanted]]\n\nTwo."])
def test_a_conflict(client, page, body):
    editing = Bench(client, edit_address(page))
    save_revision(page, Prose(page.title, "Theirs.", "## Theirs\n\n[[Wanted]]\n\nTwo."), editor=None)
    sound(editing.send(body=body), 409)


def test_a_new_page_and_the_address_of_one(client):
    sound(client.get("/lore/new/?title=High+Table"))
    sound(Bench(client, "/lore/new/").send(), 422)
    sound(client.get("/lore/high-table/"), 404)


def test_renaming_deleting_and_bringing_back(client, page, editor):
    for act in ("rename", "delete"):
        sound(client.get(reverse(f"lore:{act}", args=[page.slug])))
        sound(client.post(reverse(f"lore:{act}", args=[page.slug])), 422)
    delete_page(Page.objects.get(pk=page.pk), editor=editor, reason="A double.")
    sound(client.get(reverse("lore:undelete", args=[page.slug])))
    sound(client.get(f"/lore/{page.slug}/"), 404)


def test_a_fan_who_is_led_to_suggest(sign_in, fan, page):
    sound(sign_in(fan).get(edit_address(page)), 403)
