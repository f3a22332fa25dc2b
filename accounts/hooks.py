"""Where higher apps join in. Called by name, inside the caller's transaction; errors propagate."""

from collections.abc import Callable

from accounts.models import User

# What else a fan's settings page offers: (title, sentence, url name).
settings_links: list[tuple[str, str, str]] = []
# Called when somebody is suspended (deactivated) or comes back: their votes are counted again.
fan_suspended: list[Callable[[User], None]] = []
