"""Who may come to which of our addresses: one table over the whole URLconf, so that a new address must say who it
is for.

For each address the answer to GET and to an empty POST, by role. 302 is the way to sign-in, 404 for what is
private, 405 for
a method that the address does not have. The admin and allauth are other people's code; the last tests ask what
matters there.
"""

from datetime import date

import pytest
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.middleware import SignInRequiredMiddleware
from accounts.models import User
from accounts.unsubscribing import stop_kind
from lore.prose import Prose
from lore.suggesting import suggest
from moderation.addressing import appeal_address
from moderation.models import Appeal, Decision
from tests.addresses import spots
from tests.factories import make_claim, make_fan, make_page
from tests.lore.pictures import make_image, make_suggestion
from tests.sharing import shared
from theories.discussing import comment
from theories.models import Tag
from theories.posting import Writing, publish, save_draft

pytestmark = pytest.mark.django_db

ROLES = ["guest", "fan", "author", "editor", "moderator", "admin"]
READ = "200 200 200 200 200 200 | 405 405 405 405 405 405"
ANYBODY_WRITES = "200 200 200 200 200 200 | 422 422 422 422 422 422"
FANS_READ = "302 200 200 200 200 200 | 302 405 405 405 405 405"
EDITORS_WRITE = "302 403 403 200 403 200 | 302 403 403 422 403 422"
FOLLOWS = "302 405 405 405 405 405 | 302 422 422 422 422 422"
FANS_WRITE = "302 200 200 200 200 200 | 302 422 422 422 422 422"

TABLE = {
    "home": READ,
    "search": READ,
    "profile": READ,
    "fan_names": FANS_READ,
    "fan_avatar": "404 404 404 404 404 404 | 405 405 405 405 405 405",
    "about": READ,
    "rules": READ,
    "limits": READ,
    "privacy": READ,
    "how_to_write": READ,
    "health_live": READ,
    "health_ready": READ,
    "robots": READ,
    "favicon": "302 302 302 302 302 302 | 405 405 405 405 405 405",
    "lore:index": READ,
    "lore:timeline": READ,
    "lore:faq": READ,
    "lore:page": READ,
    "lore:links": READ,
    "lore:picture": "404 404 404 404 404 404 | 405 405 405 405 405 405",
    "lore:ties": READ,
    "lore:catch_up": READ,
    "lore:rumours": READ,
    "lore:changes": READ,
    "lore:wanted": READ,
    "lore:feed": READ,
    "lore:feed_claims": READ,
    "lore:feed_page": READ,
    "lore:gallery": READ,
    "lore:claim": READ,
    "lore:history": READ,
    "lore:revision": READ,
    "lore:compare": READ,
    "lore:desk": "302 403 403 200 403 200 | 302 405 405 405 405 405",
    "lore:edit": EDITORS_WRITE,
    "lore:new": EDITORS_WRITE,
    "lore:restore": EDITORS_WRITE,
    "lore:redact": EDITORS_WRITE,
    "lore:rename": EDITORS_WRITE,
    "lore:delete": EDITORS_WRITE,
    "lore:claim_new": EDITORS_WRITE,
    "lore:claim_edit": EDITORS_WRITE,
    "lore:ties_edit": EDITORS_WRITE,
    # The page stands: there is nothing to bring back.
    "lore:undelete": "302 403 403 302 403 302 | 302 403 403 409 403 409",
    # Editors have the editor.
    "lore:suggest": "302 200 200 302 200 302 | 302 422 422 422 422 422",
    # The author's; to others it is not there.
    "lore:suggestion": "302 404 200 200 404 200 | 302 404 422 422 404 422",
    "lore:image_suggestion": "302 404 200 200 404 200 | 302 404 422 422 404 422",
    "lore:image": READ,
    "lore:image_new": FANS_WRITE,
    "lore:image_edit": EDITORS_WRITE,
    "lore:names": FANS_READ,
    "lore:preview": "302 405 405 405 405 405 | 302 200 200 200 200 200",
    "lore:draft": "302 405 405 405 405 405 | 302 302 302 302 302 302",
    "lore:new_draft": "302 405 405 405 405 405 | 302 302 302 302 302 302",
    # An empty POST says: nothing seen.
    "lore:seen": "200 200 200 200 200 200 | 302 302 302 302 302 302",
    "lore:keep": "302 405 405 405 405 405 | 302 404 404 404 404 404",
    "accounts:theme": ANYBODY_WRITES,
    "accounts:muted": FANS_READ,
    "accounts:rights": FANS_READ,
    # Who has signed in a while ago is asked for the password first.
    "accounts:name": "302 200 200 200 200 200 | 302 302 302 302 302 302",
    "accounts:data": "302 200 200 200 200 200 | 302 303 303 303 303 303",
    "accounts:data_file": "302 302 302 302 302 302 | 302 302 302 302 302 302",
    "accounts:leave": "302 200 200 200 200 200 | 302 302 302 302 302 302",
    "accounts:stay": "302 405 405 405 405 405 | 302 303 303 303 303 303",
    # There is no such link.
    "stay": "404 404 404 404 404 404 | 404 404 404 404 404 404",
    "accounts:privacy": "302 200 200 200 200 200 | 302 303 303 303 303 303",
    # An empty POST names nobody.
    "accounts:mute": "302 200 200 200 200 200 | 302 404 404 404 404 404",
    "inbox": FANS_READ,
    "inbox_turn": "302 405 405 405 405 405 | 302 404 404 404 404 404",
    # What is proven is the token.
    "mail_stop": "200 200 200 200 200 200 | 200 200 200 200 200 200",
    "accounts:notices": FANS_WRITE,
    "accounts:following": FANS_WRITE,
    "fan_follow": FOLLOWS,
    "theories:follow": FOLLOWS,
    "theories:follow_tag": FOLLOWS,
    "lore:follow": FOLLOWS,
    "inbox_read": "302 405 405 405 405 405 | 302 303 303 303 303 303",
    "accounts:settings": FANS_READ,
    "accounts:profile": "302 200 200 200 200 200 | 302 302 302 302 302 302",
    # There is no sign-in under way, and no such link.
    "lost_factor": "302 302 302 302 302 302 | 302 302 302 302 302 302",
    "confirm_lost_factor": "404 404 404 404 404 404 | 404 404 404 404 404 404",
    "keep_factor": "404 404 404 404 404 404 | 404 404 404 404 404 404",
    "accounts:keep_factor": "302 405 405 405 405 405 | 302 303 303 303 303 303",
    "account_signup": "200 302 302 302 302 302 | 200 302 302 302 302 302",
    "moderation:report": ANYBODY_WRITES,
    "moderation:log": READ,
    "moderation:feed": READ,
    "moderation:figures": READ,
    "moderation:appeal": ANYBODY_WRITES,
    "moderation:bulk": "302 403 403 403 302 302 | 302 403 403 403 422 422",
    "moderation:claim": "302 405 405 405 405 405 | 302 403 403 403 303 303",
    "moderation:judge": "302 403 403 403 200 200 | 302 403 403 403 422 422",
    "moderation:queue": "302 403 403 403 200 200 | 302 405 405 405 405 405",
    "moderation:decide": "302 403 403 403 200 200 | 302 403 403 403 422 422",
    "theories:list": READ,
    "theories:new": FANS_WRITE,
    "theories:preview": "302 405 405 405 405 405 | 302 200 200 200 200 200",
    "theories:hints": "302 405 405 405 405 405 | 302 200 200 200 200 200",
    "theories:cited": "302 405 405 405 405 405 | 302 200 200 200 200 200",
    "theories:cite_names": FANS_READ,
    "theories:tag_names": FANS_READ,
    "theories:drafts": FANS_READ,
    "theories:keep": "302 405 405 405 405 405 | 302 303 303 303 303 303",
    "theories:mine": FANS_READ,
    "theories:record": READ,
    "theories:scoring": READ,
    "theories:by_id": "302 302 302 302 302 302 | 405 405 405 405 405 405",
    "theories:theory": READ,
    "theories:history": READ,
    "theories:version": READ,
    # Nobody has voted on it yet: its author changes its words.
    "theories:clarify": "302 403 409 403 403 403 | 302 403 409 403 403 403",
    "theories:duplicate": "302 403 200 403 200 200 | 302 403 422 403 422 422",
    "theories:edit": "302 403 200 403 403 403 | 302 403 422 403 403 403",
    "theories:withdraw": "302 403 200 403 403 403 | 302 403 303 403 403 403",
    "theories:resolve": "200 200 200 200 200 200 | 302 422 422 422 422 422",
    "theories:vote": "302 405 405 405 405 405 | 302 422 422 422 422 422",
    "theories:forecast": "302 405 405 405 405 405 | 302 422 422 422 422 422",
    "theories:comment": "302 405 405 405 405 405 | 302 422 422 422 422 422",
    "theories:discussion": "302 302 302 302 302 302 | 405 405 405 405 405 405",
    "theories:read": "302 405 405 405 405 405 | 302 303 303 303 303 303",
    "theories:comment_mark": "302 405 405 405 405 405 | 302 422 422 422 422 422",
    "theories:comment_history": READ,
    "theories:comment_edit": "302 403 200 403 403 403 | 302 403 422 403 403 403",
    "theories:comment_delete": "302 403 200 403 403 403 | 302 403 303 403 403 403",
}
QUERY = {"moderation:report": "?kind=theory&id={theory}", "accounts:mute": "?kind=fan&id={fan}"}
OUR_SPOTS = {spot.name: spot for spot in spots() if spot.is_ours}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """One of everything that an address can ask for; values for its parameters."""
    with shared(django_db_blocker):
        yield _staged(make_fan(username="author"))


def _staged(author) -> dict:
    page = make_page("ruska-roma")
    for name in ("about", "rules", "privacy"):
        make_page(name, kind="house")
    make_claim("A1", page=page)
    writing = Writing(claim="It ends well", case="Why not.", criteria="It does.", due=date(2035, 1, 1))
    theory = publish(author, writing)
    said = comment(author, theory, "Well.")
    appeal = _appeal(author, theory)
    suggestion = suggest(author, page, Prose(page.title, "Better."), comment="It is.", based_on=page.current_id)
    image, proposal = make_image(), make_suggestion(author, page)
    return {
        "slug": "ruska-roma",
        "username": "author",
        "kind": "theory",
        "pk": theory.pk,
        "key": "A1",
        "number": 1,
        "image": image.pk,
        "suggestion": suggestion.pk,
        "proposal": proposal.pk,
        "name": "0123456789ab-480.jpg",
        "comment_id": said.pk,
        "token": "no-such-token",
        "stop": stop_kind(author, "reply").token,
        "tag": Tag.objects.create(slug="rooney", name="Rooney").slug,
        "theory": theory,
        "appeal": appeal.pk,
        "signed": appeal_address(_decision_about(theory)).split("/")[2],
    }


def _decision_about(theory) -> Decision:
    about = {"kind": "theory", "object_id": theory.pk, "reason": "heated", "words": "Well.", "concerns": theory.author}
    return Decision.objects.create(act="lock", **about)


def _appeal(author, theory) -> Appeal:
    return Appeal.objects.create(decision=_decision_about(theory), fan=author, words="No.", made_at=timezone.now())


@pytest.fixture
def author(stage):
    """Whose things they are."""
    return User.objects.get(username="author")


@pytest.fixture
def clients(guest, sign_in, fan, author, editor, moderator, admin):
    users = {"fan": fan, "author": author, "editor": editor, "moderator": moderator, "admin": admin}
    return {"guest": guest} | {role: sign_in(user) for role, user in users.items()}


def address_of(name: str, stage: dict) -> str:
    values = {param: [value] for param, value in stage.items()}
    if name.startswith("theories:"):
        values["slug"] = [stage["theory"].slug]
    (path,) = OUR_SPOTS[name].paths(values)
    return path + QUERY.get(name, "").format(theory=stage["theory"].pk, fan=stage["theory"].author_id)


def test_every_address_of_ours_is_in_the_table():
    assert set(TABLE) == set(OUR_SPOTS)


@pytest.mark.parametrize("name", TABLE)
def test_who_may_come(name, stage, clients):
    gets, posts = (map(int, part.split()) for part in TABLE[name].split("|"))
    address = address_of(name, stage)
    answers = {role: came(client, address) for role, client in clients.items()}
    assert answers == dict(zip(ROLES, zip(gets, posts, strict=True), strict=True)), address


def came(client: Client, address: str) -> tuple[int, int]:
    """What this visitor gets and what they may send; the next one finds all as it was."""
    with transaction.atomic():
        statuses = client.get(address).status_code, client.post(address).status_code
        transaction.set_rollback(True)
    return statuses


@pytest.mark.parametrize("name", TABLE)
def test_no_address_has_other_methods(name, stage, clients):
    for method in ("put", "patch", "delete", "trace"):
        answer = getattr(clients["admin"], method)(address_of(name, stage))
        assert answer.status_code in {405, 302}, (method, name)


def test_public_addresses_are_those_the_table_opens_to_guests():
    """`login_not_required` and the table say the same."""
    public = {name for name, spot in OUR_SPOTS.items() if not getattr(spot.view, "login_required", True)}
    closed = {name for name, row in TABLE.items() if "| 302" in row and row.startswith("302")}
    # Between the password and the second factor one is nobody yet; without the password it leads to sign-in.
    closed -= {"lost_factor"}
    assert public == set(TABLE) - closed


def test_a_forgotten_view_is_closed(settings):
    names = [path.rsplit(".", 1)[-1] for path in settings.MIDDLEWARE]
    assert "SignInRequiredMiddleware" in names
    assert issubclass(SignInRequiredMiddleware, LoginRequiredMiddleware)


@pytest.mark.parametrize(("what", "status"), [("draft", 404), ("hidden", 404), ("nowhere", 404)])
def test_what_is_private_is_not_there(what, status, stage, author, clients):
    theory = stage["theory"]
    if what == "draft":
        theory = save_draft(author, Writing(claim="A secret draft"))
    elif what == "hidden":
        type(theory).objects.filter(pk=theory.pk).update(is_hidden=True)
    pk = 999_999 if what == "nowhere" else theory.pk
    for role in ("guest", "fan", "editor"):
        for tail in ("", f"{theory.slug}/", f"{theory.slug}/history/"):
            assert clients[role].get(f"/theories/{pk}/{tail}").status_code == status, (role, tail)


@pytest.mark.parametrize(
    ("role", "status"), [("guest", 200), ("fan", 403), ("editor", 200), ("moderator", 200), ("admin", 200)]
)
def test_the_admin_is_for_staff(role, status, clients):
    """Through the site's own door: a guest ends at its sign-in, a fan is told no."""
    answer = clients[role].get("/admin/", follow=True)
    assert answer.status_code == status
    assert (role == "guest") is answer.request["PATH_INFO"].startswith("/accounts/login/")


@pytest.mark.parametrize(("role", "may"), [("editor", True), ("moderator", False), ("admin", True)])
def test_editors_edit_lore_in_the_admin(role, may, clients):
    assert (clients[role].get("/admin/lore/page/add/").status_code == 200) is may


def test_nobody_browses_votes(clients):
    listing = clients["admin"].get("/admin/").content.decode().lower()
    assert "votes" not in listing
    assert clients["admin"].get("/admin/theories/vote/").status_code == 404


def test_a_stranger_is_nobody_special():
    assert make_fan(username="stranger").is_staff is False
    assert Client().get("/admin/lore/page/").status_code == 302
