from django.http import HttpRequest, HttpResponse

from accounts.adapter import AccountAdapter as BaseAdapter
from accounts.models import User
from lore.seeing import COOKIE, add_seen, seen_from_cookie


class AccountAdapter(BaseAdapter):
    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        """What a guest had seen, the fan has seen: the cookie is merged into the account and goes."""
        response = super().post_login(request, user, **kwargs)
        seen = seen_from_cookie(request)
        if seen is not None:
            add_seen(user, seen)
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
