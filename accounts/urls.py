"""What stands under /settings/ and, as `notices`, under /inbox/, as `mail` under /mail/, as `rules` under /rules/; and
`entrance`, our views in place of allauth's, included before those. `fans` stands under /fans/."""

from django.urls import path

from accounts import (
    views,
    views_data,
    views_factors,
    views_following,
    views_muting,
    views_notices,
    views_profile,
    views_rights,
)
from ballerina_site.theme import theme

app_name = "accounts"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("profile/", views_profile.profile, name="profile"),
    path("name/", views_profile.name, name="name"),
    path("privacy/", views_profile.privacy, name="privacy"),
    path("rights/", views_rights.rights, name="rights"),
    path("theme/", theme, name="theme"),
    path("notices/", views_notices.notices, name="notices"),
    path("following/", views_following.following, name="following"),
    path("muted/", views_muting.muted, name="muted"),
    path("data/", views_data.data, name="data"),
    path("data/file/", views_data.fetch, name="data_file"),
    path("data/leave/", views_data.leave, name="leave"),
    path("data/stay/", views_data.stay_here, name="stay"),
    path("factor/keep/", views_factors.keep_mine, name="keep_factor"),
    path("mute/", views_muting.mute, name="mute"),
]

entrance = [
    path("signup/", views.sign_up, name="account_signup"),
    path("2fa/lost/", views_factors.lost, name="lost_factor"),
    path("2fa/lost/<str:token>/", views_factors.confirm, name="confirm_lost_factor"),
    path("stay/<str:token>/", views_data.stay, name="stay"),
    path("2fa/keep/<str:token>/", views_factors.keep, name="keep_factor"),
]
fans = [
    path("suggest/", views.suggest, name="fan_names"),
    path("<str:username>/follow/", views_following.follow_fan, name="fan_follow"),
    path("<int:pk>/avatar/<str:name>", views_profile.avatar, name="fan_avatar"),
]
notices = [
    path("", views_notices.inbox, name="inbox"),
    path("read/", views_notices.inbox_read, name="inbox_read"),
    path("<int:pk>/", views_notices.inbox_turn, name="inbox_turn"),
]
mail = [path("stop/<str:stop>/", views_notices.mail_stop, name="mail_stop")]
rules = [path("limits/", views_rights.limits, name="limits")]
