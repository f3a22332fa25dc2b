from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

SHORTEST = 8
LONGEST = 4096
# Argon2 takes 100 MB for each password, so a web process takes one at a time: a crowd at the door waits
# instead of filling the memory.
_turn = BoundedSemaphore(1)


class OneAtATimeArgon2(Argon2PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        with _turn:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turn:
            return super().verify(password, encoded)


class OneFaultAtATime:
    """The validators that a password must pass, and the first of them that it does not: one too short is mostly a
    common one, too, and nobody need read both."""

    def __init__(self) -> None:
        self.validators: list[Any] = [
            UserAttributeSimilarityValidator(),
            MinimumLengthValidator(SHORTEST),
            MaximumLengthValidator(),
            CommonPasswordValidator(),
            NumericPasswordValidator(),
        ]

    def validate(self, password: str, user: object = None) -> None:
        for validator in self.validators:
            validator.validate(password, user)

    def get_help_text(self) -> str:
        return " ".join(validator.get_help_text() for validator in self.validators)


class MaximumLengthValidator:
    """Hashing is slow by design, so somebody who sends megabytes as a password would keep the server busy."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can hold {LONGEST} characters at most."
