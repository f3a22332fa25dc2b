from lore.models.changes import Change, ChangeKind
from lore.models.claims import Claim, Precision, Source, SourceKind, Status
from lore.models.events import Event, EventKind, Question, Track
from lore.models.images import Image, Licence, Making
from lore.models.pages import Address, Category, Page, PageKind, PageLink, ProseFields, Revision
from lore.models.records import SearchEntry, SearchName, SeedRecord
from lore.models.scopes import ScopeField, WorksField
from lore.models.suggestions import Draft, PictureSuggestion, Review, ScheduledEdit, Suggestion
from lore.models.ties import Spot, Tie, TieKind
from lore.models.works import Kept, Seen, Work, WorkKind

__all__ = [
    "Address",
    "Category",
    "Change",
    "ChangeKind",
    "Claim",
    "Draft",
    "Event",
    "EventKind",
    "Image",
    "Kept",
    "Licence",
    "Making",
    "Page",
    "PageKind",
    "PageLink",
    "PictureSuggestion",
    "Precision",
    "ProseFields",
    "Question",
    "Review",
    "Revision",
    "ScheduledEdit",
    "ScopeField",
    "SearchEntry",
    "SearchName",
    "SeedRecord",
    "Seen",
    "Source",
    "SourceKind",
    "Spot",
    "Status",
    "Suggestion",
    "Tie",
    "TieKind",
    "Track",
    "Work",
    "WorkKind",
    "WorksField",
]
