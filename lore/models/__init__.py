from lore.models.works import Kept, Seen, Work, WorkKind
from lore.models.scopes import ScopeField, WorksField
from lore.models.pages import Address, Category, Page, PageKind, PageLink, Revision
from lore.models.claims import Claim, Precision, Source, SourceKind, Status
from lore.models.images import Image, Licence
from lore.models.events import Event, Question, Track
from lore.models.records import SearchEntry, SeedRecord

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
    "Seen",
    "SeedRecord",
    "Source",
    "SourceKind",
    "Status",
    "Track",
    "Work",
    "WorkKind",
    "WorksField",
]
