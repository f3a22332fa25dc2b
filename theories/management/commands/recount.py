from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from theories.counting import differing, recount_in_batches
from theories.marking import differing_marks, recount_marks
from theories.models import Theory
from theories.scoring_rows import put_right

_MOST_NAMED = 20


class Command(BaseCommand):
    help = "Brings counts, ranks, scores and standings into line with the rows they are made of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when something differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = Theory.objects.values_list("pk", flat=True)
        counts, marks = differing(ids), differing_marks()
        if not options["check"]:
            recount_in_batches(counts)
            recount_marks(marks)
        scores, fans = put_right(check=options["check"])
        if options["check"] and (counts or marks or scores or fans):
            raise CommandError(" ".join(_complaints(counts, marks, scores, fans)))
        self.stdout.write(f"{len(ids)} theories, {_told(counts, marks, scores, fans)}.")


def _complaints(counts: list[int], marks: list[int], scores: list[int], fans: list[int]) -> list[str]:
    found = [
        (counts, "Counts differ from the rows of {} theories: {}."),
        (marks, "Counts differ from the marks on {} comments: {}."),
        (scores, "Scores differ from the forecasts of {} theories: {}."),
        (fans, "Standings differ from the scores of {} fans: {}."),
    ]
    return [words.format(len(ids), ", ".join(map(str, ids[:_MOST_NAMED]))) for ids, words in found if ids]


def _told(counts: list[int], marks: list[int], scores: list[int], fans: list[int]) -> str:
    found = [(counts, "put right"), (marks, "comments put right"), (scores, "scored anew"), (fans, "fans stood anew")]
    return ", ".join(f"{len(ids)} {words}" for ids, words in found if ids) or "all right"
