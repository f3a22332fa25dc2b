from allauth.account.forms import SignupForm
from allauth.account.views import SignupView
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import leaving
from accounts.completing import fans_called
from accounts.factors import pending
from accounts.hooks import settings_links
from accounts.models import User
from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import spend


class SignUpView(SignupView):
    def form_valid(self, form: SignupForm) -> HttpResponse:
        """Two may ask for one name at the same moment: the database lets one through, the other sees why."""
        try:
            return super().form_valid(form)
        except IntegrityError:
            if not User.objects.name_taken(form.cleaned_data["username"]):
                raise
            form.add_error("username", "That name is taken, or too close to one that is.")
            return self.form_invalid(form)


sign_up = SignUpView.as_view()


@require_safe
def settings(request: HtmxRequest) -> HttpResponse:
    context = {
        "links": settings_links,
        "has_providers": bool(get_social_adapter().list_providers(request)),
        "factor_goes": pending(request.user),
        "departure": leaving.pending(request.user.pk),
    }
    return render(request, "accounts/settings.html", context)


@require_safe
def suggest(request: HtmxRequest) -> HttpResponse:
    """Whom somebody may mean who is typing @."""
    spend(request, "names")
    found = fans_called(request.GET.get("q", ""))
    names = [{"label": f"@{fan.username}", "text": fan.username, "hint": fan.get_full_name()} for fan in found]
    return JsonResponse({"names": names})
