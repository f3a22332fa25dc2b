from django.urls import path

from lore.views import images, overviews, pages, seeing

app_name = "lore"
urlpatterns = [
    path("lore/", overviews.index, name="index"),
    path("lore/timeline/", overviews.show_timeline, name="timeline"),
    path("lore/faq/", overviews.faq, name="faq"),
    path("lore/pictures/<int:pk>/<str:name>", images.picture, name="picture"),
    path("lore/<slug:slug>/", pages.page, name="page"),
    path("lore/<slug:slug>/links/", pages.links, name="links"),
    path("settings/seen/", seeing.seen, name="seen"),
    path("settings/seen/keep/", seeing.keep_revealed, name="keep"),
]
