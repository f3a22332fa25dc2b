"""What a fan may be called. Pure: no database."""

import re
import unicodedata

from django.core.exceptions import ValidationError

ARCHIVE = "archive"
GONE = "gone-"
"""How the names of rows begin whose fans have left."""
RESERVED = frozenset(
    "about account accounts admin administrator anonymous api archive ballerina django editor editors "
    "everyone fan fans feeds gone guest help here inbox lore me mod moderation moderator moderators new nobody "
    "official operator owner postmaster privacy report robots root rules search security settings signin "
    "signup somebodywholeft staff static suggest support system thearchive theories webmaster you".split()
)
_USERNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?", re.ASCII)
# Letters that are easily taken for one another fold into one, so that "Rooney1" cannot pass for "Rooneyl".
LOOKALIKES = {"1": "i", "l": "i", "0": "o"}
# Cyrillic and Greek letters drawn like Latin ones.
_CONFUSABLE = str.maketrans(
    "АаВЕеІіЈјКкМмНнһОоРрСсТтУуХхЅѕԁдԛԝӏгпьΑαΒΕεΖΗΙικΚΜΝνΟοΡρΤτΥυΧχ",
    "AaBEeIiJjKkMmHhhOoPpCcTtYyXxSsddqwlrnbAaBEeZHIikKMNvOoPpTtYuXx",
)
_UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by category, drawn as nothing


def fold(username: str) -> str:
    """The key under which a user name is unique: whatever the case, after l/1/i and 0/o are folded."""
    return username.casefold().translate(str.maketrans(LOOKALIKES))


def skeleton(name: str) -> str:
    """What a name looks like: letters of other alphabets that pass for Latin ones are taken for those."""
    latin = unicodedata.normalize("NFKD", name).translate(_CONFUSABLE).encode("ascii", "ignore").decode()
    return fold(re.sub(r"[^A-Za-z0-9]", "", latin))


_RESERVED_FOLDED = frozenset(fold(name) for name in RESERVED)


def validate_username(value: str) -> None:
    if not _USERNAME.fullmatch(value):
        raise ValidationError(
            "Use letters A–Z, digits and, inside the name, the signs _ . and - only.", code="invalid_username"
        )
    if re.sub(r"[_.-]", "", fold(value)) in _RESERVED_FOLDED or fold(value).startswith(fold(GONE)):
        raise ValidationError("That name is reserved.", code="reserved_username")


def validate_display_name(value: str) -> None:
    if any(sign in _BLANK or unicodedata.category(sign) in _UNSEEN for sign in value):
        raise ValidationError("Names may not hold invisible or direction-changing signs.", code="invisible_sign")
    if skeleton(value) in _RESERVED_FOLDED:
        raise ValidationError("That name is reserved.", code="reserved_display_name")


username_validators = [validate_username]
