from django.urls import path

from moderation import feeds
from moderation.views import appeals, cases, log, queue, reports

app_name = "moderation"
urlpatterns = [
    path("report/", reports.report, name="report"),
    path("appeals/<str:signed>/", appeals.appeal, name="appeal"),
    path("moderation/", queue.queue, name="queue"),
    path("moderation/bulk/", queue.bulk, name="bulk"),
    path("moderation/appeals/<int:pk>/", appeals.judge, name="judge"),
    path("moderation/log/", log.log, name="log"),
    path("moderation/log/feed/", feeds.decisions, name="feed"),
    path("moderation/log/figures/", log.figures, name="figures"),
    path("moderation/<slug:kind>/<int:pk>/", cases.decide, name="decide"),
    path("moderation/<slug:kind>/<int:pk>/claim/", cases.claim, name="claim"),
]
