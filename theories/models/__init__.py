from theories.models.comments import DEPTH_CAP, STEP, Comment, path_from
from theories.models.theories import (
    RESOLVED,
    CaseVersion,
    Citation,
    Leaning,
    State,
    Tag,
    Theory,
    end_of_day,
    slug_of,
)
from theories.models.votes import BELIEVE, DOUBT, NONE, Vote

__all__ = [
    "BELIEVE",
    "DEPTH_CAP",
    "DOUBT",
    "NONE",
    "RESOLVED",
    "STEP",
    "CaseVersion",
    "Citation",
    "Comment",
    "Leaning",
    "State",
    "Tag",
    "Theory",
    "Vote",
    "end_of_day",
    "path_from",
    "slug_of",
]
