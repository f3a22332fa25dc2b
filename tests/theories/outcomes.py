"""What the tests of outcomes share."""

from theories.models import Theory


def now_of(theory: Theory) -> Theory:
    """As its row now says."""
    return Theory.objects.select_related("author").get(pk=theory.pk)
