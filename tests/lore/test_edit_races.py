"""Many editors save one page at once, with real transactions in threads: no word is lost, and nobody gets a 500."""

import html

import pytest
from django.contrib.auth.models import Group
from django.template import Template
from django.test import Client
from django.utils import timezone

from accounts.models import EDITORS
from lore.models import Draft, Page, Revision, ScheduledEdit
from lore.scheduling import publish_due
from tests.factories import give_rights, make_fan, make_page
from tests.lore.writing import edit_address, fields_of
from tests.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = [f"## Part {number}\n\nWords of part {number}." for number in range(60)]


@pytest.fixture(autouse=True)
def nobody_watches_templates(monkeypatch):
    """The test client listens to every template that is rendered, in all threads: slow, and confused."""
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))


def make_editors(count: int) -> list[Client]:
    group, _ = Group.objects.get_or_create(name=EDITORS)
    give_rights()
    clients = []
    for number in range(count):
        editor = make_fan(username=f"editor-{number}")
        editor.groups.add(group)
        clients.append(Client())
        clients[-1].force_login(editor)
    return clients


def numbers(page: Page) -> list[int]:
    return sorted(page.revisions.values_list("number", flat=True))


def test_of_two_hundred_edits_at_once_every_word_is_in_a_revision_or_in_its_writers_answer():
    page = make_page(body="One.\n\nTwo.")
    clients = make_editors(THREADS)
    fields = fields_of(clients[0].get(edit_address(page)))
    typed = [f"One.\n\nWords number {number} of somebody.\n\nTwo." for number in range(200)]

    def save(number: int):
        sent = fields | {"body": typed[number], "comment": f"Edit {number}", "action": "save"}
        return clients[number % THREADS].post(edit_address(page), sent)

    answers = at_once([lambda number=number: save(number) for number in range(200)])
    assert {answer.status_code for answer in answers} == {302, 409}
    kept = set(Revision.objects.values_list("body", flat=True))
    for text, answer in zip(typed, answers, strict=True):
        if answer.status_code == 302:
            assert text in kept
        else:
            assert text in html.unescape(answer.text)
    assert numbers(page) == list(range(1, len(kept) + 1))
    assert Page.objects.get().current.number == len(kept)


def test_whoever_sends_the_merge_again_gets_in_and_all_edits_stand_on_the_page():
    """Each in a part of their own, so that all merges are clean."""
    many = 24
    page = make_page(body="\n\n".join(PARTS))
    clients = make_editors(THREADS)

    def save(number: int) -> None:
        client = clients[number % THREADS]
        fields = fields_of(client.get(edit_address(page)))
        body = fields["body"][0].replace(f"Words of part {number}.", f"Words of editor {number}.")
        answer = client.post(edit_address(page), fields | {"body": body, "comment": "Mine"})
        while answer.status_code == 409:
            assert "both fit together" in answer.text
            answer = client.post(edit_address(page), fields_of(answer) | {"action": "save"})
        assert answer.status_code == 302

    at_once([lambda number=number: save(number) for number in range(many)], threads=4)
    body = Page.objects.get().current.body
    assert [number for number in range(many) if f"Words of editor {number}." not in body] == []
    assert numbers(page) == list(range(1, many + 2))


def test_one_page_begun_by_many_at_once_is_one_page():
    clients = make_editors(THREADS)
    first = fields_of(clients[0].get("/lore/new/"))

    def begin(number: int):
        typed = {"title": "High Table", "lead": f"Lead of {number}.", "comment": "Begun"}
        return clients[number].post("/lore/new/", first | typed)

    answers = at_once([lambda number=number: begin(number) for number in range(THREADS)])
    assert sorted(answer.status_code for answer in answers) == [302, *[422] * (THREADS - 1)]
    assert Page.objects.count() == Revision.objects.count() == 1
    assert all(
        f"Lead of {number}." in answer.text for number, answer in enumerate(answers) if answer.status_code == 422
    )


def test_an_hour_that_comes_in_several_processes_at_once_comes_once():
    [client] = make_editors(1)
    page = make_page(body="One.")
    ScheduledEdit.objects.create(
        page=page,
        editor_id=client.session["_auth_user_id"],
        comment="In time",
        based_on=page.current,
        publish_at=timezone.now(),
        title=page.title,
        lead="A lead.",
        body="Two.",
    )
    published = at_once([publish_due] * 8)
    assert sum(map(len, published)) == 1
    assert numbers(page) == [1, 2]


def test_drafts_of_one_fan_from_two_windows_are_one_draft():
    [client] = make_editors(1)
    page = make_page()
    address = f"{edit_address(page)}draft/"
    answers = at_once([lambda n=n: client.post(address, {"lead": f"{n}"}) for n in range(8)])
    assert {answer.status_code for answer in answers} == {302}
    assert Draft.objects.count() == 1
