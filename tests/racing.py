"""Several at once, each with a connection and transactions of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import connection

THREADS = 12


def at_once[T](acts: list[Callable[[], T]], threads: int = THREADS) -> list[T | ValidationError]:
    """What each act answered, or how it was refused."""

    def run(act: Callable[[], T]) -> T | ValidationError:
        try:
            return act()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, acts))
