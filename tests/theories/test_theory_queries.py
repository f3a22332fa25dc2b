"""A theory's page is as few queries as any other, whatever stands on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_claim, make_fan, make_page, make_work, mark_seen
from tests.factories_theories import make_comment, make_forecast, make_proposal, make_tag, make_theory, make_vote
from tests.lore.pictures import make_image
from theories import clarifying
from theories.models import Citation, Leaning

pytestmark = pytest.mark.django_db


def laden(author, fan):
    """With everything a theory can have: it follows another and has two that follow it, rests on claims and pages,
    says of what it is not sure, has a picture, tags, votes, forecasts, links and a discussion; its outcome is
    proposed."""
    seen, unseen = make_work("chapter-3"), make_work("chapter-4")
    page, beyond = make_page("ruska-roma"), make_page("hidden", scope=unseen.mask)
    mark_seen(fan, seen)
    case = "See [[Ruska Roma]], [[nowhere]] and @author. >!chapter-3: stairs!<"
    older = make_theory(author, claim="The one before.")
    theory = make_theory(author, case=case, succeeds=older, picture=make_image(), tags=[make_tag()])
    cited = [{"claim": make_claim("A1", page=page)}, {"claim": make_claim("A2", page=beyond)}, {"page": page}]
    for thing in cited:
        Citation.objects.create(theory=theory, leaning=Leaning.SUPPORT, **thing)
    for person, value, chance in ((fan, 1, 30), (make_fan(username="olga"), -1, 90)):
        make_vote(person, theory, value)
        make_forecast(person, theory, chance)
    clarifying.clarify(author, theory, "I mean the [[Ruska Roma]].")
    for number in range(2):
        make_theory(author, claim=f"Successor {number}.", succeeds=theory)
    said = make_comment(author, theory, "Look at [[Ruska Roma]], @fan.", scope=0)
    make_comment(fan, theory, "I did.", parent_id=said.pk, scope=0)
    return theory


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def test_everything_at_once(guest, sign_in, fan, author, other, moderator):
    """Theory, citations, works, clarifications, successors, proposal, comments, where links lead; for those signed in
    session, fan, seen-set; for those who forecast the crowd's course and their own."""
    theory = laden(author, fan)
    make_proposal(other, theory, evidence="See [[Ruska Roma]].")
    for who, client in (("guest", guest), ("fan", sign_in(fan)), ("author", sign_in(author))):
        found = asked(client, theory.get_absolute_url() + ("?crowd=1" if who == "guest" else ""))
        assert len(found) <= 12, "\n".join([who, *(f"{n} {sql[:200]}" for n, sql in enumerate(found, 1))])
    # For a moderator also their groups (twice: theirs and the editors') and how much waits for them.
    found = asked(sign_in(moderator), theory.get_absolute_url())
    assert len(found) <= 14, "\n".join(sql[:200] for sql in found)
    # It is all there.
    page = sign_in(fan).get(theory.get_absolute_url()).content.decode()
    for words in ("Successor 1.", "I mean the", "A claim.", "rooney", "The one before.", "I did.", "Proposed", "<img"):
        assert words.lower() in page.lower(), words
    assert page.count('href="/lore/ruska-roma/"') >= 3
