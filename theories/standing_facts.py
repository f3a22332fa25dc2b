"""What theories knows of a fan for `accounts.trust`: how often and on how many days they did something that stands."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from moderation.models import Act, Appeal, Decision
from theories.models import Comment, Forecast, State, Theory, Vote

LATELY = timedelta(days=60)
_ENOUGH_DAYS = 60


def facts(fan: User) -> Mapping[str, int]:
    theories = Theory.objects.listed().filter(author=fan)
    comments = Comment.objects.filter(author=fan, deleted_at=None, is_hidden=False)
    votes = Vote.objects.standing().filter(fan=fan)
    forecasts = Forecast.objects.filter(fan=fan, is_void=False)
    said = comments.count()
    deeds = said + votes.count() + forecasts.values("theory").distinct().order_by().count()
    rows = [(theories, "opened_at"), (comments, "created_at"), (votes, "cast_at"), (forecasts, "made_at")]
    return {
        "deeds": deeds,
        "contributions": said + theories.count(),
        "days_active": len({day for found, column in rows for day in _days(found, column)}),
        "hidden_lately": _hidden_lately(fan),
    }


def stirred(since: datetime) -> Iterable[int]:
    yield from Vote.objects.filter(changed_at__gte=since).order_by().values_list("fan", flat=True).distinct()
    yield from Forecast.objects.filter(made_at__gte=since).order_by().values_list("fan", flat=True).distinct()
    yield from Comment.objects.filter(created_at__gte=since).order_by().values_list("author", flat=True).distinct()
    yield from Theory.objects.filter(opened_at__gte=since).order_by().values_list("author", flat=True).distinct()
    yield from _judged_since(since)


def _days(rows: object, column: str) -> Iterable[object]:
    found = rows.order_by().annotate(day=TruncDate(column)).values_list("day", flat=True).distinct()
    return found[:_ENOUGH_DAYS]


def _hidden_lately(fan: User) -> int:
    """What a moderator hid, or confirmed that a rule had hidden, and nobody has restored since."""
    own = {
        "theory": Theory.objects.filter(author=fan, is_hidden=True).exclude(state=State.DRAFT),
        "comment": Comment.objects.filter(author=fan, is_hidden=True),
    }
    return sum(_hidden_by_hand(kind, rows).count() for kind, rows in own.items())


def _hidden_by_hand(kind: str, rows: QuerySet) -> QuerySet:
    """Lately; by the last decision that hid each."""
    hidings = Decision.objects.filter(kind=kind, object_id=OuterRef("pk"), act=Act.HIDE).order_by("-pk")
    last = Decision.objects.filter(is_automatic=False, created_at__gte=timezone.now() - LATELY)
    return rows.annotate(hiding=Subquery(hidings.values("pk")[:1])).filter(hiding__in=last.order_by().values("pk"))


def _judged_since(since: datetime) -> Iterable[int]:
    """Also those for whom a decision is no longer of late since then."""
    aged = Q(created_at__gte=since - LATELY, created_at__lte=timezone.now() - LATELY)
    decided = Decision.objects.filter(aged | Q(created_at__gte=since)).order_by()
    yield from decided.filter(kind="fan").values_list("object_id", flat=True)
    # A suspension that is over is taken back by no decision.
    granted = Appeal.objects.filter(judged_at__gte=since, is_granted=True)
    yield from granted.order_by().values_list("fan", flat=True)
    turned = decided.filter(act__in=[Act.HIDE, Act.RESTORE])
    for kind, model in (("theory", Theory), ("comment", Comment)):
        ids = turned.filter(kind=kind).values("object_id")
        yield from model.objects.filter(pk__in=ids).order_by().values_list("author", flat=True).distinct()
