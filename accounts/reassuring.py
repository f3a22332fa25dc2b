from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse

type View = Callable[..., HttpResponse]


def sure_of_writer(view: View) -> View:
    """Whoever looks is let in; whoever sends something shows first that it is them. What they sent is then taken up at
    the address where they showed it: a form needs its own `action`."""
    guarded = reauthentication_required(view)

    @wraps(view)
    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (guarded if request.method == "POST" else view)(request, *args, **kwargs)

    return ask
