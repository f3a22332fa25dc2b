"""What fans are told of: one table. Pure: no database.

A line of it is a choice on the fan's page of notices, for one or more kinds of notices that nobody would want apart.
"""

from dataclasses import dataclass

from accounts.models.notices import Rhythm


@dataclass(frozen=True)
class Telling:
    """`in_inbox` and `rhythm` are how it is told to who has chosen nothing else."""

    name: str
    label: str
    about: str
    rhythm: Rhythm = Rhythm.NEVER
    in_inbox: bool = True
    also: tuple[str, ...] = ()
    """Other kinds that the same choice is about."""
    heeds_mutes: bool = True
    """What somebody says is not told to who has muted them; what they do to one's own things is."""
    is_owed: bool = False
    """Always in the inbox, and no choice: the mail about it, where there is one, is written where it happens."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.name, *self.also


TELLINGS = (
    Telling("reply", "Answers", "Somebody answers you, or comments on your theory.", Rhythm.DAILY),
    Telling("mention", "Mentions", "Somebody names you in a comment.", Rhythm.DAILY),
    Telling(
        "resolved",
        "Outcomes",
        "A theory that you wrote, backed or follow is settled, or its outcome changes.",
        Rhythm.WEEKLY,
        heeds_mutes=False,
    ),
    Telling("proposed", "Proposed outcomes", "Somebody proposes an outcome for such a theory.", Rhythm.WEEKLY),
    Telling(
        "objected",
        "Objections",
        "Somebody objects to an outcome that you proposed or seconded, or a moderator sets it aside.",
        Rhythm.WEEKLY,
        also=("set_aside",),
        heeds_mutes=False,
    ),
    Telling("clarified", "Clarifications", "An author clarifies a theory that you backed or follow.", Rhythm.WEEKLY),
    Telling("successor", "Successors", "A theory that you backed or follow has a successor.", Rhythm.WEEKLY),
    Telling(
        "premise",
        "Broken premises",
        "Something that a theory of yours, or one that you backed, rests on no longer stands.",
        Rhythm.WEEKLY,
        heeds_mutes=False,
    ),
    Telling("milestone", "Milestones", "A theory of yours has reached a round number of votes or forecasts."),
    Telling(
        "marked",
        "Duplicates",
        "A theory of yours is marked as a duplicate, or as one no longer.",
        also=("unmarked",),
        heeds_mutes=False,
    ),
    Telling("posted", "New theories", "Somebody whom you follow posts one, or it bears a tag that you follow."),
    Telling("talk", "Discussions", "There is a new comment on a theory that you follow."),
    Telling("page", "Lore pages", "A page that you follow has changed."),
    Telling(
        "suggestion",
        "Your suggestions",
        "An editor has decided about an edit or a picture that you suggested.",
        Rhythm.AT_ONCE,
        also=("picture",),
        heeds_mutes=False,
    ),
    Telling("report", "Your reports", "A moderator has looked at what you reported.", heeds_mutes=False),
    Telling(
        "decision",
        "Decisions about you",
        "A moderator has decided about you, or about what you wrote.",
        also=("appeal",),
        heeds_mutes=False,
        is_owed=True,
    ),
)
TELLING_OF = {kind: telling for telling in TELLINGS for kind in telling.kinds}
CHOSEN = {telling.name: telling for telling in TELLINGS if not telling.is_owed}
"""What there is a choice about."""
