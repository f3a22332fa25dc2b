import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from lore.addressing import rename
from lore.claiming import supersede
from lore.editing import rescope
from lore.models import Claim, Page, Work
from moderation.deciding import decide
from tests.factories import make_claim, make_fan, make_page, make_work, mark_seen
from tests.factories_theories import (
    make_comment,
    make_draft,
    make_proposal,
    make_tag,
    make_theory,
    make_vote,
    writing,
)
from theories import discussing, posting
from theories.models import Comment, Leaning, Theory
from theories.posting import Cited
from theories.threads import COMMENTS

pytestmark = pytest.mark.django_db


def page_of(client, theory, query=""):
    return client.get(f"{theory.get_absolute_url()}{query}").content.decode()


@pytest.fixture
def secret(author) -> Theory:
    work = make_work("chapter-4", short_title="Chapter 4")
    return make_theory(
        author, claim="The butler did it.", case="It was him.", criteria="We see the knife.", scope=work.mask
    )


# What can be done


def test_what_was_found_stands_above_the_criteria_and_what_is_to_be_found_below(guest, author, fan):
    far, soon, told = (make_theory(author, claim=f"Number {number}.") for number in range(3))
    Theory.objects.filter(pk=soon.pk).update(closes_at=timezone.now() + timedelta(days=3))
    make_proposal(fan, told)
    asked, criteria = "Has it come true, or failed? Propose an outcome", "We would know if"
    far_page, soon_page, told_page = (page_of(guest, one) for one in (far, soon, told))
    assert far_page.index(criteria) < far_page.index(asked) < far_page.index(">Report<")
    assert soon_page.index(criteria) < soon_page.index(asked) < soon_page.index(">Report<")
    assert 'class="outcome" id="resolution"' in soon_page
    assert 'class="outcome"' not in far_page
    assert told_page.index("Outcome proposed:") < told_page.index(criteria)
    assert all(page.count('id="resolution"') == 1 for page in (far_page, soon_page, told_page))


def test_who_may_moderate_finds_it_on_what_the_archive_posted_too(sign_in, fan, author, moderator):
    mine, archives = make_theory(moderator), make_theory(User.objects.archive())
    page = page_of(sign_in(moderator), archives)
    assert ">Edit<" in page
    assert f'href="{reverse("moderation:decide", args=["theory", archives.pk])}">Moderate<' in page
    assert ">Moderate<" not in page_of(sign_in(moderator), mine)
    assert ">Moderate<" not in page_of(sign_in(fan), archives)


# Addresses


def test_by_id_leads_to_the_canonical_address(guest, theory):
    assert guest.get(f"/theories/{theory.pk}/").url == theory.get_absolute_url()


def test_a_wrong_slug_leads_to_the_right_one_and_keeps_the_query(guest, theory):
    answer = guest.get(f"/theories/{theory.pk}/wrong/?reveal=claim-1")
    assert answer.url == f"{theory.get_absolute_url()}?reveal=claim-1"


@pytest.mark.parametrize("pk", ["999", "99999999999999999999999"])
def test_unknown_is_404(guest, pk):
    assert guest.get(f"/theories/{pk}/").status_code == guest.get(f"/theories/{pk}/x/").status_code == 404


def test_drafts_are_their_authors_alone(guest, sign_in, author, fan):
    draft = make_draft(author)
    assert guest.get(draft.get_absolute_url()).status_code == 404
    assert sign_in(fan).get(draft.get_absolute_url()).status_code == 404
    page = page_of(sign_in(author), draft)
    assert "This is a draft" in page
    assert 'id="vote"' not in page


def test_hidden_is_404_but_the_author_sees_why(guest, sign_in, author, moderator, theory):
    decide(moderator, "theory", theory.pk, "hide", "spam", "Bought and paid for.")
    assert guest.get(theory.get_absolute_url()).status_code == 404
    assert sign_in(moderator).get(theory.get_absolute_url()).status_code == 404
    assert "Bought and paid for." in page_of(sign_in(author), theory)


@pytest.mark.parametrize("name", ["theory", "history"])
def test_wrong_method(guest, theory, name):
    assert guest.post(reverse(f"theories:{name}", args=[theory.pk, theory.slug])).status_code == 405


# The shield


@pytest.mark.parametrize("tail", ["", "x/", "the-butler-did-it/", "x/history/"])
def test_for_a_newcomer_every_address_answers_the_same_shield(guest, secret, tail):
    answer = guest.get(f"/theories/{secret.pk}/{tail}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>A theory that gives away Chapter 4 ·" in page
    assert 'name="robots" content="noindex"' in page
    assert re.search(r'rel="canonical" href="([^"]+)"', page)[1].endswith(f"/theories/{secret.pk}/")
    for word in ("butler", "him", "knife", "author"):
        assert word not in page


def test_whoever_has_seen_the_work_wrote_it_or_reveals_it_reads_it(guest, sign_in, secret, fan, author):
    mark_seen(fan, *secret_works(secret))
    assert "The butler did it." in page_of(sign_in(fan), secret)
    assert "The butler did it." in page_of(sign_in(author), secret)
    answer = guest.get(f"/theories/{secret.pk}/?reveal=theory-{secret.pk}", follow=True)
    assert "The butler did it." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "The butler did it." not in page_of(guest, secret)


def secret_works(theory):
    return [work for work in Work.objects.all() if theory.scope & work.mask]


def test_staff_are_shielded_like_everybody(sign_in, moderator, secret):
    assert "butler" not in page_of(sign_in(moderator), secret)


def test_inline_spoilers_and_shielded_tags_and_citations_stay_covered(guest, author):
    work = make_work("chapter-4", short_title="Chapter 4")
    claim = make_claim("C9", page=make_page(), text="The marquis falls.", scope=work.mask, status="contradicted")
    theory = make_theory(
        author,
        case="Look: >!chapter-4: the duel!<",
        tags=[make_tag("traitor", scope=work.mask)],
        citations=[Cited(claim)],
    )
    page = page_of(guest, theory)
    assert "gives away" in page
    for word in ("the duel", "Traitor", "marquis", "premise"):
        assert word not in page
    assert "The marquis falls." in page_of(guest, theory, f"?reveal=claim-{claim.pk}")
    assert "the duel" not in page_of(guest, theory, f"?reveal=claim-{claim.pk}")


def test_each_comment_is_gated_by_itself(guest, sign_in, theory, fan, other):
    mask = make_work().mask
    said = make_comment(fan, theory, "He dies on the stairs.", scope=mask)
    make_comment(other, theory, "Nice weather.")
    page = page_of(guest, theory)
    assert "stairs" not in page
    assert "Nice weather." in page
    assert f'id="comment-{said.pk}"' in page
    assert "stairs" in page_of(sign_in(fan), theory)
    assert "stairs" in page_of(guest, theory, f"?reveal=comment-{said.pk}")


# What stands on it


def test_what_a_guest_reads(guest, author, fan):
    page_of_lore = make_page("ruska-roma", title="Ruska Roma")
    claim = make_claim("E1", page=page_of_lore, text="She was trained there.", status="reported")
    theory = make_theory(
        author,
        case="See [[Ruska Roma]].",
        tags=[make_tag()],
        citations=[Cited(claim), Cited(page_of_lore, Leaning.CONTRADICT)],
    )
    make_vote(fan, theory)
    page = page_of(guest, theory)
    for piece in (
        f"<h1>{theory.claim}</h1>",
        '<a href="/lore/ruska-roma/">Ruska Roma</a>',
        "She was trained there.",
        "speaks against it",
        "is-reported",
        "A film shows it.",
        "1 January 2100</time>, to the end of the day (UTC)",
        "<h2>The case</h2>",
        "/theories/?tag=rooney",
        "<b>1</b> believes<",
    ):
        assert piece in page, piece


def test_links_into_the_lore_follow_renames_and_tell_no_shielded_name(guest, sign_in, author, fan, other):
    """Where they lead is found when they are read: texts of any number stay as they are."""
    lore, work = make_page("old-name", title="Plain"), make_work("chapter-3")
    theory = make_theory(author, case="See [[Old name|her]], [by hand](/lore/old-name/#s-her), [[Not yet|that]].")
    make_comment(fan, theory, text="And [[old-name|again]].")
    rename(lore, "telling-slug")
    page = page_of(guest, theory)
    assert page.count('href="/lore/telling-slug/') == 3
    assert '<a href="/lore/telling-slug/#s-her">by hand</a>' in page
    rescope(lore, work.mask, editor=None)
    make_page("not-yet")
    for page in (page_of(guest, theory), guest.get(f"{theory.get_absolute_url()}history/").text):
        assert f'<a href="/lore/page-{lore.pk}/">her</a>, <a href="/lore/page-{lore.pk}/">by hand</a>' in page
        assert '<a href="/lore/not-yet/">that</a>' in page
        assert "old-name" not in page
        assert "telling-slug" not in page
    assert f'<a href="/lore/page-{lore.pk}/">again</a>' in page_of(guest, theory)
    mark_seen(other, work)
    assert page_of(sign_in(other), theory).count('href="/lore/telling-slug/') == 3
    Page.objects.filter(slug="not-yet").update(is_published=False)
    assert '<a class="wanted" href="/lore/not-yet/">that</a>' in page_of(guest, theory)


def test_all_links_of_a_discussion_are_looked_up_at_once(guest, theory, fan, django_assert_max_num_queries):
    make_page("one")
    make_comment(fan, theory, text="Plain.")
    with CaptureQueriesContext(connection) as before:
        page_of(guest, theory)
    make_comment(fan, theory, text="[[One]]")
    make_comment(fan, theory, text="[[One]] and [[Two]]")
    with django_assert_max_num_queries(len(before) + 1):
        page_of(guest, theory)


def test_guests_get_links_to_sign_in_and_no_form(guest, theory, fan):
    make_comment(fan, theory)
    page = page_of(guest, theory)
    assert "csrfmiddlewaretoken" not in page
    assert 'method="post"' not in page
    assert page.count("/accounts/login/?next=%2Ftheories%2F") >= 2


def test_a_broken_premise_is_said(guest, author):
    claim = make_claim("E1", page=make_page())
    theory = make_theory(author, citations=[Cited(claim)])
    card = guest.get("/theories/").content.decode()
    assert "premise broken" not in card
    assert "premise is broken" not in page_of(guest, theory)
    Claim.objects.update(status="contradicted")
    page = page_of(guest, theory)
    assert "premise is broken" in page
    assert '<li><a href="#claim-E1">A claim. (E1, contradicted)</a></li>' in page
    for address in ("/theories/", "/", author.get_absolute_url()):
        assert "premise broken" in guest.get(address).content.decode(), address


def test_what_broke_behind_the_shield_is_no_sign(guest, sign_in, fan, author):
    work = make_work()
    mark_seen(fan, work)
    theory = make_theory(author, citations=[Cited(make_claim("E1", page=make_page(), scope=work.mask))])
    Claim.objects.update(status="contradicted")
    for client, is_told in ((guest, False), (sign_in(fan), True)):
        assert ("premise broken" in client.get("/theories/").content.decode()) is is_told
        assert ("premise is broken" in page_of(client, theory)) is is_told


def test_a_superseded_claim_breaks_it_unless_it_spoke_against(guest, author):
    page = make_page()
    old, new = make_claim("E1", page=page), make_claim("E2", page=page)
    leaning_on = make_theory(author, citations=[Cited(old)])
    against = make_theory(author, citations=[Cited(old, Leaning.CONTRADICT)])
    supersede(old, new)
    assert "premise is broken" in page_of(guest, leaning_on)
    assert "premise is broken" not in page_of(guest, against)
    assert guest.get("/theories/").content.decode().count("premise broken") == 1


def test_citations_of_unpublished_pages_are_left_out(guest, author):
    page = make_page(title="Secret plans")
    theory = make_theory(author, citations=[Cited(page)])
    page.is_published = False
    page.save()
    assert "Secret plans" not in page_of(guest, theory)


def test_a_fan_finds_their_vote_and_the_form(sign_in, fan, theory):
    make_vote(fan, theory, -1)
    page = page_of(sign_in(fan), theory)
    assert re.search(r'value="0"[^>]*data-stance="-1" aria-pressed="true"', page)
    assert 'id="reply"' in page


def test_the_author_finds_edit_and_withdraw_and_no_vote(sign_in, author, theory):
    page = page_of(sign_in(author), theory)
    assert "/edit/" in page
    assert "/withdraw/" in page
    assert "data-vote" not in page


def test_locked_closes_the_discussion(sign_in, fan, author):
    theory = make_theory(author, set_to={"is_locked": True})
    page = page_of(sign_in(fan), theory)
    assert "discussion is closed" in page
    assert 'id="reply"' not in page


@pytest.mark.parametrize("reply", ["12", "x", "-1", "9" * 30])
def test_answering_is_a_plain_link(sign_in, fan, theory, reply):
    answer = sign_in(fan).get(f"{theory.get_absolute_url()}?reply={reply}")
    assert answer.status_code == 200
    assert ('name="parent" value="12"' in answer.content.decode()) == (reply == "12")


def test_gone_comments(guest, sign_in, theory, fan, other):
    said, hidden = make_comment(fan, theory, "Taken back."), make_comment(fan, theory, "Hidden words.")
    alone = make_comment(fan, theory, "Hidden too.")
    make_comment(other, theory, "An answer.", parent_id=hidden.pk)
    discussing.take_back(fan, said)
    Comment.objects.filter(pk__in=[hidden.pk, alone.pk]).update(is_hidden=True)
    page = page_of(guest, theory)
    for word in ("Taken back.", "Hidden words.", "Hidden too.", f'id="comment-{alone.pk}"'):
        assert word not in page
    for word in ("deleted by its writer", "A moderator took this comment away", "An answer."):
        assert word in page
    assert "Hidden words." in page_of(sign_in(fan), theory)
    assert "Hidden words." not in page_of(sign_in(other), theory)


def test_what_was_typed_before_sign_in_is_back(guest, sign_in, fan, theory):
    client = sign_in(fan)
    session = client.session
    fields = {"text": ["Half a thought"], "parent": [""], "scope_asked": ["True"]}
    path = reverse("theories:comment", args=[theory.pk, theory.slug])
    session["kept_fields"] = {"path": path, "until": 2**40, "fields": fields}
    session.save()
    assert "Half a thought" in page_of(client, theory)
    assert "Half a thought" not in page_of(client, theory)


@pytest.mark.parametrize("who", ["guest", "fan"])
def test_fifty_comments_are_at_most_twelve_queries(
    guest, sign_in, author, fan, other, who, django_assert_max_num_queries
):
    """Theory, tags, citations, comments, works; for a fan also session, fan, seen-set, kept, vote, works to tick."""
    work = make_work()
    page = make_page()
    cited = [Cited(make_claim(f"E{number}", page=page, scope=work.mask * (number % 2))) for number in range(6)]
    theory = make_theory(author, citations=cited, tags=[make_tag()])
    make_vote(fan, theory)
    root = make_comment(other, theory)
    for number in range(COMMENTS):
        make_comment(other, theory, parent_id=root.pk if number % 2 else None, scope=work.mask * (number % 3 == 0))
    client = guest if who == "guest" else sign_in(fan)
    with django_assert_max_num_queries(12):
        assert client.get(theory.get_absolute_url()).status_code == 200


# History


def test_history_lists_versions_and_says_why_it_is_hot(guest, author, theory, fan):
    posting.edit(author, theory, writing(case="Better reasons."))
    make_vote(fan, theory)
    page = guest.get(reverse("theories:history", args=[theory.pk, theory.slug])).content.decode()
    assert page.index("Better reasons.") < page.index("She has reasons.")
    assert "Votes" in page


def test_script_in_texts_is_shown_harmless(guest, author):
    bad = "<script>alert(1)</script>"
    theory = make_theory(author, claim=f"It {bad}", case=bad, criteria=bad)
    make_comment(make_fan(username="hacker", display_name="<b>x"), theory, bad)
    assert bad not in page_of(guest, theory)
    assert json.dumps(bad) not in page_of(guest, theory)
