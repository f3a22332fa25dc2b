import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.admin import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse

from accounts.factors import take_off_for
from accounts.models import User
from ballerina_site.looking import LookOnlyAdmin

log = logging.getLogger("security")

# Imported from where they are registered, so that they are by now. Addresses are changed beside their fan, who hears of
# it. The rest lets whoever holds an administrator's session be anybody: secrets of factors and providers, and sessions.
for model in (EmailAddress, Authenticator, SocialApp, SocialToken, SocialAccount, UserSession):
    admin.site.unregister(model)


class EmailAddressInline(admin.TabularInline):
    model = EmailAddress
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "display_name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "must_change_password")
    search_fields = ("username", "display_name", "emailaddress__email")
    ordering = ("-date_joined", "-id")
    readonly_fields = ("is_active", "last_login", "date_joined")
    inlines = (EmailAddressInline,)
    actions = ("ask_for_new_password", "take_off_second_factor")
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password")}),
        ("Profile", {"fields": ("display_name", "bio", "email")}),
        (
            "Rights",
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups"),
                "description": "Editors and Moderators need staff status too: it opens these rooms to them. An account"
                " is closed and opened from its profile (“View on site”), with a reason that the log keeps.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2")}),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[admin.TabularInline], ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """What was changed alone: a suspension that came meanwhile is not undone."""
        obj.display_name = obj.display_name or obj.username
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = {"display_name", *form.changed_data} & columns
        obj.save(update_fields=changed if change else None)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Its owner hears of it: whoever holds an administrator's session would else lock somebody out unheard."""
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        fan = User.objects.filter(pk=id).exclude(password=before).first()
        if request.method == "POST" and fan:
            get_adapter().send_notification_mail("account/email/password_changed", fan)
        return response

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        """Addresses: whoever could be reached before hears what has changed."""
        mine = EmailAddress.objects.filter(user=form.instance, verified=True)
        before = set(mine.values_list("email", flat=True))
        super().save_formset(request, form, formset, change)
        after = set(mine.values_list("email", flat=True))
        if before != after:
            words = {"from_email": ", ".join(sorted(before)) or "none", "to_email": ", ".join(sorted(after)) or "none"}
            for email in sorted(before):
                get_adapter().send_notification_mail("account/email/email_changed", form.instance, words, email)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is closed by a decision: what it wrote and how it voted stays in the record."""
        return False

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        changed = {field for part in message for field in part.get("changed", {}).get("fields", [])}
        log.warning("account %s changed by %s: %s", obj.pk, request.user.pk, ", ".join(sorted(changed)) or "nothing")
        return super().log_change(request, obj, message)

    @admin.action(description="Ask for a new password at the next visit")
    def ask_for_new_password(self, request: HttpRequest, fans: QuerySet[User]) -> None:
        count = fans.update(must_change_password=True)
        log.warning("new passwords asked of %s accounts by %s", count, request.user.pk)
        self.message_user(request, f"{count} will be asked for a new password.")

    def has_superuser_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description="Take off the second factor that they have lost", permissions=["superuser"])
    def take_off_second_factor(self, request: HttpRequest, fans: QuerySet[User]) -> None:
        """For staff, who cannot do it by mail: one of the others makes sure that it is them who ask."""
        for fan in fans:
            try:
                take_off_for(request.user, fan)
            except PermissionDenied as why:
                self.message_user(request, f"{fan}: {why}", messages.ERROR)
            else:
                super().log_change(request, fan, "Took off the second factor.")
                self.message_user(request, f"{fan} signs in with the password alone now.")


@admin.register(Authenticator)
class AuthenticatorAdmin(LookOnlyAdmin):
    """Which factors somebody has. Taking one off is an action on accounts, and is told."""

    list_display = ("user", "type", "created_at", "last_used_at")
    secrets = ("data",)
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = list_display


@admin.register(SocialAccount)
class SocialAccountAdmin(LookOnlyAdmin):
    list_display = fields = ("user", "provider", "date_joined", "last_login")
    secrets = ("extra_data",)
    list_filter = ("provider",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
