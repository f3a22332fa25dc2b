from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The moment in whole milliseconds: SQLite reckons no finer, and both databases must rank alike."""
    moment = timezone.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
