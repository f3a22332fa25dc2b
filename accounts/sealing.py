"""The secrets of second factors, sealed with `SECRET_KEY`: whoever gets at a copy of the database has none of them."""

import base64
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

_SEALED = "sealed:"


class FactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return _SEALED + _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography's InvalidToken once neither `SECRET_KEY` nor one of its fallbacks is what sealed it."""
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text  # from before they were sealed
        return _seal().decrypt(encrypted_text.removeprefix(_SEALED).encode()).decode()


def _seal() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(f"factors:{key}".encode()).digest())) for key in keys])
