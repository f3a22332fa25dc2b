"""What an author adds, dated, once the words of a theory stand for good."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from lore import markup
from lore.canon import fan_lexicon_for
from theories.clock import now
from theories.models import Clarification, Theory
from theories.permissions import require_clarification
from theories.telling import tell_of_clarification
from theories.turning import hold

LONGEST = 1000


def clarify(author: User, theory: Theory, text: str) -> Clarification:
    """Tells those who backed it. Raises a Conflict where nothing is to be clarified (any more)."""
    text = text.strip()
    if not text:
        raise ValidationError({"text": "Say what is to be clarified."})
    try:
        compiled = markup.to_json(markup.compile_fan(text, fan_lexicon_for(text)))
    except markup.MarkupError as error:
        raise ValidationError({"text": str(error)})
    with transaction.atomic():
        held = hold(theory.pk, "author")
        require_clarification(author, held)
        clarification = Clarification(theory=held, text=text, compiled=compiled, made_at=now())
        clarification.full_clean(validate_unique=False)
        clarification.save()
        tell_of_clarification(clarification)
    return clarification
