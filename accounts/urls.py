"""What stands under /settings/ and, as `notices`, under /inbox/; and `entrance`, our views in place of allauth's,
included before those. `fans` stands under /fans/."""

from django.urls import path

from accounts import views
from ballerina_site.theme import theme

app_name = "accounts"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("profile/", views.profile, name="profile"),
    path("theme/", theme, name="theme"),
]

entrance = [path("signup/", views.sign_up, name="account_signup")]
fans = [path("suggest/", views.suggest, name="fan_names")]
notices = [
    path("", views.inbox, name="inbox"),
    path("read/", views.inbox_read, name="inbox_read"),
]
