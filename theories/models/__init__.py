from theories.models.citations import Citation, Leaning
from theories.models.comments import (
    DEPTH_CAP,
    STEP,
    Comment,
    CommentVersion,
    Mark,
    MarkKind,
    Visit,
)
from theories.models.forecasts import LEAST, MOST, Forecast
from theories.models.manuscripts import Manuscript
from theories.models.records import ALL_TIME, Badge, Score, Standing
from theories.models.resolutions import Appeal, Ending, Objection, Proposal, Second, TurnTaken
from theories.models.tags import Tag, TagAlias
from theories.models.theories import Theory, end_of_day, slug_of
from theories.models.versions import CaseVersion, Clarification
from theories.models.votes import BELIEVE, DOUBT, NONE, Vote
from theories.states import RESOLVED, Outcome, State, Turn

__all__ = [
    "ALL_TIME",
    "BELIEVE",
    "DEPTH_CAP",
    "DOUBT",
    "LEAST",
    "MOST",
    "NONE",
    "RESOLVED",
    "STEP",
    "Appeal",
    "Badge",
    "CaseVersion",
    "Citation",
    "Clarification",
    "Comment",
    "CommentVersion",
    "Ending",
    "Forecast",
    "Leaning",
    "Manuscript",
    "Mark",
    "MarkKind",
    "Objection",
    "Outcome",
    "Proposal",
    "Score",
    "Second",
    "Standing",
    "State",
    "Tag",
    "TagAlias",
    "Theory",
    "Turn",
    "TurnTaken",
    "Visit",
    "Vote",
    "end_of_day",
    "slug_of",
]
