from django.urls import path

from theories.views import comments, lists, theory, voting, writing

app_name = "theories"
urlpatterns = [
    path("", lists.index, name="list"),
    path("new/", writing.new, name="new"),
    path("drafts/", writing.drafts, name="drafts"),
    path("preview/", writing.preview, name="preview"),
    path("<int:pk>/", theory.by_id, name="by_id"),
    path("<int:pk>/<slug:slug>/", theory.show, name="theory"),
    path("<int:pk>/<slug:slug>/history/", theory.history, name="history"),
    path("<int:pk>/<slug:slug>/edit/", writing.edit, name="edit"),
    path("<int:pk>/<slug:slug>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:pk>/<slug:slug>/vote/", voting.vote, name="vote"),
    path("<int:pk>/<slug:slug>/comment/", comments.comment, name="comment"),
    path("<int:pk>/<slug:slug>/comment/<int:comment_id>/edit/", comments.edit, name="comment_edit"),
    path("<int:pk>/<slug:slug>/comment/<int:comment_id>/delete/", comments.delete, name="comment_delete"),
]
