from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("moderation/", views.queue, name="queue"),
    path("moderation/log/", views.log, name="log"),
    path("moderation/<slug:kind>/<int:pk>/", views.decide, name="decide"),
]
