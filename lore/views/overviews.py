"""The pages that are made of many things: index, timeline, FAQ."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lore.gallery import with_pictures
from lore.models import Category, Claim, Page, PageKind, Question
from lore.models.pages import PageQuerySet
from lore.reading import parts_of, plain_text
from lore.spoilers import Viewer, screened
from lore.timeline import Choice, timeline

KINDS = {
    PageKind.CHARACTER: "Characters",
    PageKind.PERSON: "People",
    PageKind.ORGANISATION: "Organisations",
    PageKind.PLACE: "Places",
    PageKind.WORK: "Films and series",
    PageKind.TOPIC: "Topics",
}


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in KINDS else ""
    pages = Page.objects.lore().for_cards().filter(**({"kind": chosen} if chosen else {}))
    category, filed = _filed(request, pages)
    pages = filed if category else pages
    # Shields come last: their place in the alphabet would tell how a title begins.
    pages = sorted(with_pictures(request.viewer, pages), key=lambda page: not request.viewer.sees(page))
    groups = [
        (word, screened(request.viewer, [page for page in pages if page.kind == kind])) for kind, word in KINDS.items()
    ]
    context = {
        "kinds": KINDS.items(),
        "chosen": chosen,
        "chosen_word": KINDS.get(chosen, ""),
        "category": category,
        "groups": [(word, entries) for word, entries in groups if entries],
    }
    return render(request, "lore/index.html", context)


def _filed(request: HttpRequest, pages: PageQuerySet) -> tuple[Category | None, list[Page]]:
    """The category asked for, with its pages: those that the viewer sees, since a neutral card would tell where it
    belongs. A category of which they see nothing is to them like one that is not there."""
    slug = request.GET.get("category", "")[:60].replace("\0", "")
    category = Category.objects.filter(slug=slug).first() if slug else None
    filed = list(pages.visible_to(request.viewer).filter(categories=category)) if category else []
    return (category if filed else None), filed


@login_not_required
@require_safe
def show_timeline(request: HttpRequest) -> HttpResponse:
    told = timeline(request.viewer, Choice.of(request.GET))
    return render(request, "lore/timeline.html", {"timeline": told, "choice": told.choice})


@login_not_required
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    questions = [
        (question, parts_of(request.viewer, "question", question.pk, question.compiled))
        for question in Question.objects.all()
    ]
    context = {
        "questions": questions,
        "structured": _faq_page(request.viewer, [question for question, _ in questions]),
        "as_of": _newest_claim(request.viewer),
    }
    return render(request, "lore/faq.html", context)


def _newest_claim(viewer: Viewer) -> Claim | None:
    """Of those that the answers rest on: how fresh these are."""
    claims = Claim.objects.published().visible_to(viewer).filter(questions__isnull=False)
    return claims.order_by("-as_of", "-pk").first()


def _faq_page(viewer: Viewer, questions: list[Question]) -> dict[str, object]:
    """schema.org FAQPage: every question, with the part of its answer that this viewer sees."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.question,
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": plain_text(viewer, "question", question.pk, question.compiled),
                },
            }
            for question in questions
        ],
    }
