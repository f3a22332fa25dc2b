"""The pages that are made of many things: index, timeline, FAQ."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lore.models import Page, PageKind, Question
from lore.reading import parts_of, plain_text
from lore.spoilers import Viewer, screened
from lore.timeline import ORDERS, WIDTH, timeline

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
    pages = Page.objects.lore().filter(**({"kind": chosen} if chosen else {}))
    # Shields come last: their place in the alphabet would tell how a title begins.
    pages = sorted(pages, key=lambda page: not request.viewer.sees(page))
    groups = [
        (word, screened(request.viewer, [page for page in pages if page.kind == kind])) for kind, word in KINDS.items()
    ]
    context = {
        "kinds": KINDS.items(),
        "chosen": chosen,
        "chosen_word": KINDS.get(chosen, ""),
        "groups": [(word, entries) for word, entries in groups if entries],
    }
    return render(request, "lore/index.html", context)


@login_not_required
@require_safe
def show_timeline(request: HttpRequest) -> HttpResponse:
    order = request.GET.get("order", "")
    order = order if order in ORDERS else ORDERS[0]
    return render(request, "lore/timeline.html", {"timeline": timeline(request.viewer, order), "width": WIDTH})


@login_not_required
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    questions = [
        (question, parts_of(request.viewer, "question", question.pk, question.compiled))
        for question in Question.objects.all()
    ]
    structured = _faq_page(request.viewer, [question for question, _ in questions])
    return render(request, "lore/faq.html", {"questions": questions, "structured": structured})


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
