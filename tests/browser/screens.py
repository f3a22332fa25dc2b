"""The screens that axe, the ruler and the scales go over, and a site with something on each of them."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import EDITORS, MODERATORS, User
from lore.models import Claim, Page, Seen, Work
from lore.spoilers import EVERYTHING
from moderation import deciding
from tests.factories import make_fan
from tests.factories_theories import (
    finding,
    make_comment,
    make_draft,
    make_forecast,
    make_proposal,
    make_theory,
    make_vote,
    writing,
)
from tests.theories.recording import make_scores, make_standing
from theories import clarifying, manuscripts, posting, resolving
from theories.models import Tag, Theory

GUEST, FAN, STAFF = "guest", "fan", "staff"
LONG_NAME = "Maximiliana_von_der_Ballett99"
"""With it stands much of what one reads: no name breaks a page."""
# The main screens are looked at on the phone and on the desktop, the others on the phone alone.
MAIN = {
    "front": ("/", GUEST, FAN),
    "lore index": ("/lore/", GUEST, FAN),
    "page with shields": ("/lore/ruska-roma/", GUEST, FAN),
    "long page": ("/lore/rooney/", GUEST, FAN),
    "shielded page": ("{shielded_page}", GUEST),
    "revealed": ("{revealed}", GUEST),
    "timeline": ("/lore/timeline/", GUEST, FAN),
    "timeline by release": ("/lore/timeline/?order=release", GUEST),
    "questions": ("/lore/faq/", GUEST, FAN),
    "theories": ("/theories/", GUEST, FAN),
    "theory": ("{theory}", GUEST, FAN, STAFF),
    "own theory": ("{own_theory}", FAN),
    "shielded theory": ("{shielded_theory}", GUEST),
    "new theory": ("/theories/new/", FAN, STAFF),
    "search": ("/search/?q=rooney", GUEST, FAN),
    "profile": ("/fans/vera/", GUEST, FAN),
    "sign in": ("/accounts/login/", GUEST),
    "sign up": ("/accounts/signup/", GUEST),
}
MORE = {
    "one kind": ("/lore/?kind=character", GUEST),
    "links": ("/lore/rooney/links/", GUEST, FAN),
    "filtered": ("/theories/?order=top&status=open", GUEST, FAN),
    "nothing found": ("/theories/?q=nothing-of-the-kind", GUEST),
    "resolved": ("/theories/?order=resolved", GUEST),
    "history": ("{theory}history/", GUEST, FAN),
    "drafts": ("/theories/drafts/", FAN, STAFF),
    "leaderboard": ("/theories/record/", GUEST, FAN),
    "season": ("/theories/record/?season=2025", GUEST),
    "scoring": ("/theories/scoring/", GUEST),
    "own theories": ("/theories/mine/", FAN),
    "own forecasts": ("/theories/mine/?show=forecast", FAN),
    "edit": ("{draft}edit/", FAN),
    "gone on with": ("/theories/new/?draft={window}", FAN),
    "edit what stands": ("{settled}edit/", FAN),
    "succeed": ("/theories/new/?succeeds={settled_id}", FAN),
    "clarify": ("{settled}clarify/", FAN),
    "clarified": ("{settled}", GUEST, FAN),
    "compare": ("{settled}history/?from=1&to=2", GUEST),
    "version": ("{settled}history/1/", GUEST),
    "duplicate": ("{own_theory}duplicate/", FAN),
    "duplicate to a moderator": ("{settled}duplicate/", STAFF),
    "comment’s trail": ("{theory}comment/{own_comment}/history/", GUEST),
    "inbox": ("/inbox/", FAN),
    "notices": ("/settings/notices/", FAN),
    "following": ("/settings/following/", FAN),
    "by tag": ("/theories/?tag=rooney", GUEST, FAN),
    "withdraw": ("{own_theory}withdraw/", FAN),
    "answer": ("{theory}?reply={comment}", FAN),
    "edit comment": ("{theory}comment/{own_comment}/edit/", FAN),
    "delete comment": ("{theory}comment/{own_comment}/delete/", FAN),
    "empty search": ("/search/", GUEST),
    "no result": ("/search/?q=xyzzy", GUEST),
    "profile of a long name": (f"/fans/{LONG_NAME}/", GUEST, FAN),
    "archive": ("/fans/archive/", GUEST),
    "seen": ("/settings/seen/", GUEST, FAN),
    "theme": ("/settings/theme/", GUEST, FAN),
    "settings": ("/settings/", FAN),
    "own data": ("/settings/data/", FAN),
    "leaving": ("/settings/data/leave/", FAN),
    "own profile": ("/settings/profile/", FAN),
    "mail addresses": ("/accounts/email/", FAN),
    "password": ("/accounts/password/change/", FAN),
    "reset": ("/accounts/password/reset/", GUEST),
    "code": ("/accounts/login/code/", GUEST),
    "second factor": ("/accounts/2fa/", FAN),
    "sessions": ("/accounts/sessions/", FAN),
    "sign out": ("/accounts/logout/", FAN),
    "report": ("/report/?kind=theory&id={theory_id}", GUEST, FAN),
    "log": ("/moderation/log/", GUEST, FAN),
    "resolve": ("{theory}resolve/", GUEST, FAN, STAFF),
    "disputed": ("{disputed}", GUEST),
    "second or object": ("{proposed}resolve/", FAN, STAFF),
    "appeal": ("{decided}resolve/", FAN, STAFF),
    "resolve what is disputed": ("{disputed}resolve/", FAN, STAFF),
    "queue": ("/moderation/", STAFF),
    "decide": ("/moderation/theory/{theory_id}/", STAFF),
    "about": ("/about/", GUEST, STAFF),
    "rules": ("/rules/", GUEST),
    "limits": ("/rules/limits/", GUEST),
    "privacy": ("/privacy/", GUEST),
    "not found": ("/nothing/", GUEST, FAN),
    "no such page": ("/lore/rooney-macarro/", GUEST),
    "not allowed": ("/moderation/theory/{theory_id}/", FAN),
}


@dataclass(frozen=True)
class Site:
    """A site with something on every screen: who looks, and where things are."""

    people: dict[str, User | None]
    places: dict[str, object]

    def address(self, pattern: str) -> str:
        return pattern.format(**self.places)

    def screens(self, who: str, *groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
        every = {name: screen for group in groups for name, screen in group.items()}
        return {name: self.address(pattern) for name, (pattern, *viewers) in every.items() if who in viewers}

    def cookies(self, who: str, theme: str, server: str) -> list[dict[str, str]]:
        kept = {"theme": theme}
        if self.people[who]:
            client = Client()
            client.force_login(self.people[who])
            kept[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return [{"name": name, "value": value, "url": server} for name, value in kept.items()]


def furnish() -> Site:
    vera, otto, staff = make_fan(username="vera", bio="I count the steps."), make_fan(username=LONG_NAME), _staff()
    Seen.objects.create(fan=staff, works=EVERYTHING)
    theory = Theory.objects.get(seed_key="team-up")
    for fan, value in ((otto, 1), (staff, -1), (vera, 1)):
        make_vote(fan, theory, value)
    make_forecast(otto, theory, 35)
    make_forecast(vera, theory, 80)
    comment = make_comment(
        otto,
        theory,
        "It is **a cameo**.\n\n> He nods.\n\n- once\n- twice\n\n`and` [[Rooney]] >!chapter-4: the stairs!<",
    )
    own = make_comment(vera, theory, "Then he nods twice.", parent_id=comment.pk)
    make_comment(otto, theory, "Remember the stairs.", scope=_mask("chapter-4"))
    make_scores(vera, [0.2, 0.1, 0.15, -0.1, 0.05, 0.12])
    make_standing(otto, -0.03)
    own_theory = make_theory(vera, claim="The dog gets a name.", tags=list(Tag.objects.all()[:2]))
    hidden = make_theory(otto, claim="Buy my watches.")
    deciding.decide(staff, "theory", hidden.pk, act="hide", reason="spam", words="It sold something.")
    deciding.decide(
        staff,
        "theory",
        make_theory(otto, claim="The score wins a prize.").pk,
        act="lock",
        reason="other",
        words="It went in circles.",
    )
    disputed = make_theory(otto, claim="Winston sells the hotel.")
    proposal = make_proposal(staff, disputed, "partly", evidence="See [there](https://example.org/).")
    resolving.object_to(disputed.pk, vera, proposal.pk, "That was the bar.")
    shielded = Theory.objects.get(seed_key="final-chapter")
    return Site(
        {GUEST: None, FAN: vera, STAFF: staff},
        _places(theory, comment, own, own_theory, make_draft(vera, claim="A draft."), shielded)
        | {"disputed": disputed.get_absolute_url()}
        | _outcomes(otto, staff)
        | _written(vera, otto),
    )


def _outcomes(author: User, staff: User) -> dict[str, object]:
    """One that waits to be seconded, one that a moderator decided."""
    proposed, decided = (make_theory(author, claim=claim) for claim in ("It snows in the end.", "The coin is false."))
    make_proposal(staff, proposed, "busted", evidence="The credits roll under a clear sky.")
    resolving.decide(decided.pk, staff, finding("confirmed"))
    return {"proposed": proposed.get_absolute_url(), "decided": decided.get_absolute_url()}


def _written(author: User, fan: User) -> dict[str, object]:
    """What stands for good, with a trail and a successor; words that nobody has sent; an answer to hear of."""
    settled = make_theory(author, claim="Rooney keeps the music box, and we see it on her shelf.")
    posting.edit(author, settled, writing(claim=settled.claim, case="Better reasons.", criteria="A film shows it."))
    make_vote(fan, settled, -1)
    clarifying.clarify(author, settled, "The **same** box, not one like it.")
    make_theory(author, claim="Rooney keeps the key to it.", succeeds=settled)
    make_comment(fan, settled, "Whose shelf, @vera?")
    window = manuscripts.new_window()
    manuscripts.keep(author, None, {"claim": ["Half a claim"], "case": ["She has rea"]}, window)
    return {"settled": settled.get_absolute_url(), "settled_id": settled.pk, "window": window}


def _places(theory, comment, own, own_theory, draft, shielded) -> dict[str, object]:
    page = Page.objects.exclude(scope=0).first() or _shield(Page.objects.get(slug="winston"))
    claim = Claim.objects.get(key="C1")
    return {
        "theory": theory.get_absolute_url(),
        "theory_id": theory.pk,
        "comment": comment.pk,
        "own_comment": own.pk,
        "own_theory": own_theory.get_absolute_url(),
        "draft": draft.get_absolute_url(),
        "shielded_theory": shielded.shield_href,
        "shielded_page": f"/lore/page-{page.pk}/",
        "revealed": f"/lore/ruska-roma/?reveal=claim-{claim.pk}",
    }


def _staff() -> User:
    staff = make_fan(username="morgan", is_staff=True)
    staff.groups.set(Group.objects.filter(name__in=[EDITORS, MODERATORS]))
    return staff


def _shield(page: Page) -> Page:
    Page.objects.filter(pk=page.pk).update(scope=_mask("chapter-4"))
    return page


def _mask(slug: str) -> int:
    return Work.objects.mask([slug])
