from django.http import Http404

from moderation.cases import Case, find_case


def case_or_404(kind: str, pk: int | None) -> Case:
    case = find_case(kind, pk) if pk is not None and pk < 2**63 else None
    if case is None:
        raise Http404
    return case


def whole_number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 18 else None
