from accounts.models.fans import EDITORS, MODERATORS, FanManager, User
from accounts.models.leaving import Departure, Export, FactorReset, FormerName
from accounts.models.notices import Dispatch, Letter, Notice, NoticeChoice, Rhythm
from accounts.models.ties import Follow, Mute

__all__ = [
    "EDITORS",
    "MODERATORS",
    "Departure",
    "Dispatch",
    "Export",
    "FactorReset",
    "FanManager",
    "Follow",
    "FormerName",
    "Letter",
    "Mute",
    "Notice",
    "NoticeChoice",
    "Rhythm",
    "User",
]
