"""Writing claims. A claim's words never change: what is newly known is a new claim that supersedes the old."""

from django.core.exceptions import ValidationError
from django.db import transaction

from lore import markup
from lore.canon import lexicon_for
from lore.indexing import index_claim
from lore.models import Claim


def save_claim(claim: Claim) -> Claim:
    """Writes a new claim, or the status, dates, scope and place of an old one."""
    with transaction.atomic():
        if claim.pk and Claim.objects.get(pk=claim.pk).text != claim.text:
            raise ValidationError(
                {"text": "A claim is superseded, never overwritten: add a new one that takes its place."}
            )
        claim.key = claim.key or next_key()
        claim.compiled = markup.to_json(markup.compile_line(claim.text, lexicon_for(claim.text)))
        claim.full_clean()
        claim.save()
        index_claim(claim)
    return claim


def supersede(old: Claim, new: Claim) -> None:
    if old.pk == new.pk:
        raise ValidationError({"supersedes": "A claim cannot take its own place."})
    if new.superseded_by_id:
        raise ValidationError({"supersedes": "The newer claim has itself been superseded."})
    with transaction.atomic():
        old.superseded_by = new
        old.save(update_fields=["superseded_by", "changed_at"])
        index_claim(old)


def next_key() -> str:
    """Claims added on the site are numbered behind an X, which no seeded claim begins with."""
    last = Claim.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return f"X{last + 1}"
