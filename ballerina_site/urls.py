from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.urls import entrance, fans, mail, notices, rules
from ballerina_site import errors, views
from lore.views.manual import how_to_write
from lore.views.pages import house

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = "Ballerina Archive"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("fans/", include(fans)),
    path("fans/<str:username>/", views.profile, name="profile"),
    path("about/", house, {"slug": "about"}, name="about"),
    path("rules/", house, {"slug": "rules"}, name="rules"),
    path("rules/", include(rules)),
    path("privacy/", house, {"slug": "privacy"}, name="privacy"),
    path("how-to-write/", how_to_write, name="how_to_write"),
    path("", include("lore.urls")),
    path("theories/", include("theories.urls")),
    path("", include("moderation.urls")),
    path("settings/", include("accounts.urls")),
    path("inbox/", include(notices)),
    path("mail/", include(mail)),
    path("accounts/", include(entrance)),
    path("accounts/", include("allauth.urls")),
    # One's own password is changed at one place, which tells its owner by mail.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
