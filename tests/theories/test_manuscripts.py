"""What is typed into a theory's form is kept on the server by itself, whole, and each window's own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from ballerina_site.ratelimit import LIMITS, Limit
from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import make_draft, make_theory
from tests.theories.authoring import FIELDS, NEW, address
from theories import manuscripts
from theories.models import Manuscript, Theory

pytestmark = pytest.mark.django_db
KEEP = "/theories/drafts/keep/"
HTMX = {"HX-Request": "true"}
ONE, TWO, THREE = ("w" * 15 + sign for sign in "123")
HALF = {"claim": "", "case": "She has rea", "due": "30 Febr", "citations": "Nobody", "scope": ["nothing"]}


def type_in(client, window=ONE, continues="", of=None, **fields):
    """A saving by itself: its answer."""
    sent = HALF | {"window": window, "continues": continues} | fields
    return client.post(KEEP + (f"?of={of.pk}" if of else ""), sent, headers=HTMX)


def words(**about):
    return sorted(row.fields["case"][0] for row in Manuscript.objects.filter(sent_at=None, **about))


def test_a_half_written_form_is_kept_whole_and_gone_on_with(client, fan, sign_in):
    client = sign_in(fan)
    assert type_in(client, claim=" ", case="").text.strip() == ""  # nothing to keep yet
    answer = type_in(client)
    assert answer.text.strip().startswith("Saved as a draft <time")
    assert "aria-live" not in answer.text and "role=" not in answer.text
    kept = Manuscript.objects.get()
    assert (kept.fan, kept.theory, kept.fields["due"]) == (fan, None, ["30 Febr"])
    for listing in ("/theories/drafts/", "/theories/mine/"):
        listed = client.get(listing).text
        assert "A theory without a claim yet" in listed and f"{NEW}?draft={ONE}" in listed
    assert 'href="/theories/drafts/"' in listed
    assert f"?draft={ONE}" in client.get(NEW).text
    form = client.get(f"{NEW}?draft={ONE}").text
    assert "She has rea" in form and "Nobody" in form and "30 Febr" in form
    assert "has-error" not in form and f"{ONE}.1" in form
    # For nobody else.
    other = sign_in(make_fan(username="olga"))
    assert "She has rea" not in other.get(f"{NEW}?draft={ONE}").text + other.get("/theories/drafts/").text
    type_in(other, THREE, f"{ONE}.1", case="Mine.")
    other.post(KEEP, {"window": ONE, "action": "drop"})
    assert words(fan=fan) == ["She has rea"]
    client.post(KEEP, {"window": ONE, "action": "drop"})
    assert not words(fan=fan)


def test_posting_it_leaves_no_draft_behind(sign_in, fan):
    client = sign_in(fan)
    type_in(client)
    type_in(client, TWO, f"{ONE}.1", claim="Rooney")  # gone on with, in another window
    assert words() == ["She has rea"]
    answer = client.post(NEW, FIELDS | {"window": TWO, "continues": f"{ONE}.1"})
    assert answer.status_code == 303
    # A saving that was on its way comes in late; whoever goes back and writes another is kept again.
    type_in(client, TWO)
    assert (Theory.objects.count(), words()) == (1, [])
    Manuscript.objects.update(sent_at=timezone.now() - manuscripts.LATE - timedelta(seconds=1))
    type_in(client, TWO)
    assert words() == ["She has rea"]


def test_a_form_that_is_sent_twice_is_posted_once(sign_in, fan):
    client, form = sign_in(fan), FIELDS | {"window": ONE}
    sent = [client.post(NEW, form) for _ in range(3)]
    theory = Theory.objects.get()
    assert [(answer.status_code, answer.url) for answer in sent] == [(303, theory.get_absolute_url())] * 3
    # What was changed since is another sending, and so is another window.
    client.post(NEW, form | {"due": "2101-01-01", "anyway": theory.pk})
    asked = Theory.objects.latest("pk").pk
    for _ in range(2):
        client.post(NEW, form | {"window": TWO, "anyway": asked})
    assert Theory.objects.count() == 3
    draft = FIELDS | {"window": THREE, "action": "draft"}
    kept, again = (client.post(NEW, draft).url for _ in range(2))
    assert (kept, Theory.objects.count()) == (again, 4)
    edit = address("edit", theory)
    change = FIELDS | {"case": "Better.", "window": "e" * 16, "based_on": theory.edition}
    assert [client.post(edit, change).status_code for _ in range(2)] == [303, 303]
    assert theory.versions.count() == 2


def test_posting_at_once_what_another_window_left(sign_in, fan):
    client = sign_in(fan)
    type_in(client)
    assert client.post(NEW, FIELDS | {"claim": "", "window": TWO, "continues": f"{ONE}.1"}).status_code == 422
    assert words() == ["She has rea"]  # not sent: it waits on
    client.post(NEW, FIELDS | {"action": "draft", "window": TWO, "continues": f"{ONE}.1"})
    assert not words()


def test_two_windows_never_overwrite_each_other(sign_in, fan):
    client = sign_in(fan)
    type_in(client, ONE, case="First.")
    type_in(client, TWO, f"{ONE}.1", case="Second.")
    assert words() == ["Second."]  # taken over, as it stood
    type_in(client, ONE, f"{ONE}.1", case="First, more.")
    type_in(client, THREE, f"{TWO}.0", case="Third.")  # filled before the second saved
    assert words() == ["First, more.", "Second.", "Third."]
    client.post(NEW, FIELDS | {"window": THREE, "continues": f"{TWO}.2"})
    assert words() == ["First, more."]


def test_changes_of_a_draft_and_of_a_posted_theory(sign_in, fan, author):
    client, draft = sign_in(author), make_draft(author)
    posted = make_theory(author, claim="It stands.")
    for number, theory in enumerate((draft, posted)):
        window = f"{ONE}{number}"
        type_in(client, window, of=theory, claim="It changes.")
        edit = address("edit", theory)
        assert f"?draft={window}" in client.get(edit).text
        assert "She has rea" in client.get(f"{edit}?draft={window}").text
        assert "She has rea" not in client.get(f"{NEW}?draft={window}").text
        theory.refresh_from_db()
        assert theory.claim != "It changes."
        client.post(edit, FIELDS | {"window": window, "based_on": theory.edition})
    assert not words()
    assert type_in(sign_in(fan), of=posted).status_code == 403
    assert type_in(sign_in(fan), of=make_draft(author)).status_code == 404
    assert not words()


def test_what_changes_a_theory_outside_the_shield_waits(sign_in, admin):
    work = make_work()
    mark_seen(admin, work)
    theory = make_theory(User.objects.archive(), scope=work.mask, claim="Winston did it.")
    client = sign_in(admin)
    type_in(client, of=theory)
    assert "Winston did it." in client.get("/theories/drafts/").text
    admin.seen.works = 0
    admin.seen.save()
    assert "Winston did it" not in client.get("/theories/drafts/").text


def test_too_much_and_too_fast_are_said_quietly(sign_in, fan, limits, monkeypatch):
    client = sign_in(fan)
    assert "too long" in type_in(client, case="x" * 400_001).text
    monkeypatch.setattr(manuscripts, "MOST", 1)
    type_in(client)
    assert type_in(client, TWO).status_code == 422
    monkeypatch.setitem(LIMITS, "draft", Limit(0, 60, "for this test"))
    answer = type_in(client)
    assert (answer.status_code, "this browser keeps it" in answer.text) == (429, True)


def test_successors_are_gone_on_with_as_such(sign_in, author):
    client, older = sign_in(author), make_theory(author)
    type_in(client, succeeds=older.pk)
    page = client.get("/theories/drafts/").text
    assert f"?draft={ONE}&amp;succeeds={older.pk}" in page
    assert "Write its successor" in client.get(f"{NEW}?draft={ONE}&succeeds={older.pk}").text
