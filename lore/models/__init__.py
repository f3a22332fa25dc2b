from lore.models.claims import Claim, Precision, Source, SourceKind, Status
from lore.models.events import Event, Question, Track
from lore.models.images import Image, Licence
from lore.models.pages import Address, Category, Page, PageKind, PageLink, Revision
from lore.models.records import SearchEntry, SeedRecord
from lore.models.scopes import ScopeField, WorksField
from lore.models.works import Kept, Seen, Work, WorkKind

__all__ = [
    "Address",
    "Category",
    "Claim",
    "Event",
    "Image",
    "Kept",
    "Licence",
    "Page",
    "PageKind",
    "PageLink",
    "Precision",
    "Question",
    "Revision",
    "ScopeField",
    "SearchEntry",
    "SeedRecord",
    "Seen",
    "Source",
    "SourceKind",
    "Status",
    "Track",
    "Work",
    "WorkKind",
    "WorksField",
]
