"""A universe of three works for the crawl: each of the eight scopes has one of every kind of thing, and each thing
holds a word of its own, `zq` + the scope's three bits + the kind: `zq101claim`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.following import follow
from accounts.models import User
from accounts.notifying import notify
from accounts.unsubscribing import stop_rhythm
from lore.addressing import set_aliases
from lore.admin.forms import QuestionForm
from lore.changing import note
from lore.editing import delete_page, save_revision
from lore.models import (
    Category,
    ChangeKind,
    Claim,
    Event,
    Image,
    Page,
    PictureSuggestion,
    Question,
    ScheduledEdit,
    Suggestion,
    Tie,
    Work,
)
from lore.prose import Prose, compile_prose, scope_of
from moderation.addressing import appeal_address
from moderation.models import Appeal, Decision, Report
from tests.factories import make_claim, make_fan, make_page, make_work
from theories import duplicating, resolving
from theories.discussing import comment
from theories.models import Comment, Proposal, State, Tag, Theory
from theories.posting import Cited, Writing, publish
from theories.resolving import Finding

MASKS = range(8)
WORD = re.compile(r"zq([01]{3})[a-z]+")


def word(mask: int, kind: str) -> str:
    return f"zq{mask:03b}{kind}"


@dataclass
class Universe:
    """`things`: (kind, key) of a reveal → the word that it then shows."""

    values: dict[str, list]
    things: dict[tuple[str, str], str]


def make_universe() -> Universe:
    for name in ("one", "two", "three"):
        make_work(name)
    helper = make_fan(username="helper")
    things: dict[tuple[str, str], str] = {}
    for mask in MASKS:
        things |= _things(mask, helper)
    return Universe(_values(), things)


def _names(mask: int) -> str:
    return " ".join(work.slug for work in Work.objects.all() if work.mask & mask)


def _things(mask: int, helper: User) -> dict[tuple[str, str], str]:
    page, holder = _pages(mask, helper)
    claim = _claims(mask, holder, helper)
    event = Event.objects.create(
        key=word(mask, "eventkey"), title=word(mask, "event"), track="real", scope=mask, text=word(mask, "eventtext")
    )
    question = _question(mask)
    theory = _theory(mask, claim, page)
    said = comment(theory.author, _theory_for_all(), f"Well, {word(mask, 'comment')}.", scope=mask)
    proposal = _outcome(mask, helper)
    image = _pictures(mask, page, holder, helper)
    _decided(theory, said)
    Tie.objects.create(source=holder, kind="ally_of", target=page)
    Tie.objects.create(source=holder, kind="appears_in", target=_common(), scope=mask, claim=claim)
    _waiting(mask, page, holder, helper)
    return {
        ("page", str(page.pk)): word(mask, "pagebody"),
        ("claim", str(claim.pk)): word(mask, "claim"),
        ("event", str(event.pk)): word(mask, "event"),
        ("theory", str(theory.pk)): word(mask, "theory"),
        ("comment", str(said.pk)): word(mask, "comment"),
        ("proposal", str(proposal.pk)): word(mask, "evidence"),
        ("section", f"{holder.pk}-1"): word(mask, "section"),
        ("question", f"{question.pk}-1"): word(mask, "answer"),
        ("image", str(image.pk)): word(mask, "alt"),
    }


def hears_of_all(reader: User) -> None:
    """They follow everything, and have been told of everything."""
    things = {"theory": Theory, "tag": Tag, "page": Page}
    for kind, model in things.items():
        for pk in model.objects.values_list("pk", flat=True):
            follow(reader, kind, pk)
    for kind, rows in {"posted": Theory, "resolved": Theory, "talk": Comment, "page": Page}.items():
        for pk in rows.objects.values_list("pk", flat=True):
            notify([reader.pk], kind, pk, actor=User.objects.get(username="careful"))


def _decided(theory: Theory, said: Comment) -> None:
    """Decisions hold no titles; the pages about them must not add any."""
    about = {"act": "lock", "reason": "heated", "words": "It ran too hot.", "concerns": theory.author}
    for kind, thing in (("theory", theory), ("comment", said)):
        decision = Decision.objects.create(kind=kind, object_id=thing.pk, **about)
        Appeal.objects.create(decision=decision, fan=theory.author, words="No.", made_at=timezone.now())
        Report.objects.create(kind=kind, object_id=thing.pk, reason="other", words="Look.", reporter=theory.author)


def _pages(mask: int, helper: User) -> tuple[Page, Page]:
    """A page with this scope, and an open one that holds a part with it, linking to the first. Both have been edited
    with a comment that speaks of what is behind the shield."""
    prose = Prose(
        word(mask, "page"), f"Lead {word(mask, 'lead')}.", f"## {word(mask, 'heading')}\n\n{word(mask, 'pagebody')}"
    )
    page = make_page(prose.title, title=prose.title, lead=prose.lead, body=prose.body, scope=mask)
    save_revision(page, prose, editor=helper, comment=word(mask, "why"))
    page.categories.add(Category.objects.create(slug=word(mask, "cat"), name=word(mask, "category")))
    set_aliases(page, [word(mask, "alias")])
    holder = make_page(f"holder-{mask}", body=f"Before.\n\n{_part(mask, '')}\n\nAfter.")
    spoiler = f">!{_names(mask)}: {word(mask, 'inline')}!<" if mask else word(mask, "inline")
    body = f"Before {spoiler}.\n\n{_part(mask, word(mask, 'section'))}\n\nAfter."
    save_revision(holder, Prose(holder.title, "A lead.", body), editor=helper, comment=word(mask, "reason"))
    holder.see_also.add(page)
    return page, holder


def _part(mask: int, words: str) -> str:
    inner = f"## {word(mask, 'inner')}\n\n{words} [[{word(mask, 'page')}]] [[{word(mask, 'wanted')}]]"
    return f"::: gives-away {_names(mask)}\n{inner}\n:::" if mask else inner


def _claims(mask: int, holder: Page, helper: User) -> Claim:
    """A rumour that has been one thing and then another; and an open claim whose place a scoped one took."""
    about = {"page": holder, "status": "rumour", "story_position": 10}
    claim = make_claim(f"K{mask}", text=f"A claim {word(mask, 'claim')}.", scope=mask, **about)
    statuses = {"old_status": "speculation", "new_status": "rumour"}
    note(ChangeKind.CLAIM_STATUS, holder, helper, word(mask, "status"), claim=claim, scope=mask, **statuses)
    newer = make_claim(f"N{mask}", text=f"Newer {word(mask, 'newer')}.", scope=mask, **about)
    older = make_claim(f"L{mask}", text="It was thought otherwise.", **about)
    Claim.objects.filter(pk=older.pk).update(superseded_by=newer)
    note(ChangeKind.CLAIM_SUPERSEDED, holder, helper, word(mask, "taken"), claim=older, newer=newer)
    return claim


def _question(mask: int) -> Question:
    answer = (
        f"Yes.\n\n::: gives-away {_names(mask)}\n{word(mask, 'answer')}\n:::"
        if mask
        else f"Yes.\n\n{word(mask, 'answer')}"
    )
    form = QuestionForm({"key": f"Q{mask}", "position": mask, "question": f"Question {mask}?", "answer": answer})
    return form.save()


def _theory(mask: int, claim: Claim, page: Page) -> Theory:
    tag = Tag.objects.create(slug=word(mask, "tagslug"), name=word(mask, "tag"), scope=mask)
    writing = Writing(
        claim=f"It will turn out {word(mask, 'theory')}",
        case=f"Since {word(mask, 'case')}.",
        criteria=f"We would see {word(mask, 'criteria')}.",
        due=date(2035, 1, 1),
        scope=mask,
        tags=[tag],
        citations=[Cited(claim), Cited(page)],
    )
    theory = publish(make_fan(username=f"writer{mask}x"), writing)
    if mask == MASKS[-1]:
        _repeated(theory, word(mask, "repeats"))
    return theory


def _repeated(theory: Theory, why: str) -> None:
    """By a safe theory that a moderator has marked as its duplicate, and says why."""
    safe = Writing(claim="A safe duplicate", case="A case.", criteria="We would see.", due=date(2035, 1, 1))
    judge = User.objects.filter(username="judge").first() or make_fan(username="judge", is_superuser=True)
    duplicating.mark(judge, publish(make_fan(username="hasty"), safe), theory, why)


def _theory_for_all() -> Theory:
    """An open theory that cites everything and is discussed by everybody."""
    found = Theory.objects.filter(claim="A safe theory").first()
    if found:
        return found
    writing = Writing(claim="A safe theory", case="A case.", criteria="We would see.", due=date(2035, 1, 1))
    return publish(make_fan(username="careful"), writing)


def _outcome(mask: int, helper: User) -> Proposal:
    """An outcome of the open theory, that somebody objected to and a moderator set aside: but for the last, which
    is disputed."""
    theory, judge = _theory_for_all(), User.objects.filter(username="judge").first()
    judge = judge or make_fan(username="judge", is_superuser=True)
    if theory.state == State.DISPUTED:
        resolving.reject(theory.pk, judge, "Not shown.")
    evidence = f"Look: {word(mask, 'evidence')}."
    finding = Finding("busted", evidence, timezone.now().date(), scope=mask)
    proposal = resolving.propose(theory.pk, helper, finding)
    resolving.object_to(theory.pk, judge, proposal.pk, f"No, {word(mask, 'objection')}.")
    return proposal


def _pictures(mask: int, page: Page, holder: Page, helper: User) -> Image:
    """The lead picture of both pages; one that shows them too; and one that a fan suggests."""
    shown = _image(mask, "alt", is_public=True)
    Page.objects.filter(pk__in=[page.pk, holder.pk]).update(lead_image=shown)
    other = _image(mask, "otheralt", is_public=True)
    other.pages.add(page, holder)
    proposed = _image(mask, "proposed", is_public=False, uploader=helper)
    PictureSuggestion.objects.create(
        page=page, image=proposed, author=helper, comment=word(mask, "picturewhy"), changed_at=timezone.now()
    )
    return shown


def _image(mask: int, name: str, **fields: object) -> Image:
    about = {"alt": word(mask, name), "credit": word(mask, f"{name}credit"), "licence": "own", "scope": mask}
    size = {"width": 480, "height": 320, "widths": [480], "making": "ready"}
    return Image.objects.create(digest=f"{word(mask, name)}{'0' * 40}"[:64], **about, **size, **fields)


def _waiting(mask: int, page: Page, holder: Page, helper: User) -> None:
    """Of each page a suggestion and an edit that waits for its hour; and a page that was deleted."""
    for about, scope in ((page, 0), (holder, mask)):
        prose = Prose(about.title, f"A lead {word(mask, 'proposal')}.", _part(mask, word(mask, "proposedpart")))
        fields = prose.fields | {"scope": scope_of(compile_prose(prose)) | scope}
        based_on = {"page": about, "based_on": about.current, "comment": word(mask, "proposalwhy")}
        Suggestion.objects.create(author=helper, changed_at=timezone.now(), **based_on, **fields)
        ScheduledEdit.objects.create(editor=helper, publish_at=timezone.now() + timedelta(days=1), **based_on, **fields)
    gone = make_page(word(mask, "gone"), scope=mask)
    delete_page(gone, editor=helper, reason=word(mask, "gonewhy"))


def _common() -> Page:
    return Page.objects.filter(slug="common").first() or make_page("common")


def _values() -> dict[str, list]:
    """What goes into the parameters of our addresses: everything there is, and something there is not."""
    pages = Page.objects.exclude(deleted_at__isnull=False)
    return {
        "slug": [
            *pages.values_list("slug", flat=True),
            *(f"page-{pk}" for pk in pages.exclude(scope=0).values_list("pk", flat=True)),
            *(word(mask, "alias") for mask in MASKS),
            *(word(mask, "gone") for mask in MASKS),
            "holder-9",
        ],
        "username": ["careful", "writer7x", "helper"],
        "kind": ["theory", "comment", "page", "claim"],
        "pk": list(Theory.objects.values_list("pk", flat=True)),
        "image": list(Image.objects.values_list("pk", flat=True)),
        "suggestion": list(Suggestion.objects.values_list("pk", flat=True)),
        "proposal": list(PictureSuggestion.objects.values_list("pk", flat=True)),
        "key": list(Claim.objects.values_list("key", flat=True)),
        "number": [1, 2],
        "appeal": list(Appeal.objects.values_list("pk", flat=True)),
        "signed": [appeal_address(decision).split("/")[2] for decision in Decision.objects.all()],
        "name": ["0123456789ab-480.jpg"],
        "token": ["no-such-token"],
        "stop": [stop_rhythm(User.objects.get(username="helper"), "daily").token],
        "tag": list(Tag.objects.values_list("slug", flat=True)),
        "comment_id": list(Theory.objects.get(claim="A safe theory").comments.values_list("pk", flat=True)),
    }
