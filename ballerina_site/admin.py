from django.contrib import admin
from django_tasks_db.admin import DBTaskResult

from ballerina_site.looking import LookOnlyAdmin

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(LookOnlyAdmin):
    """What waits, runs and failed. Not what it was given: mails wait there, with links that open an account."""

    list_display = ("task_path", "status", "enqueued_at", "started_at", "finished_at")
    list_filter = ("status", "queue_name", "task_path")
    secrets = ("args_kwargs", "return_value", "traceback")
    ordering = ("-enqueued_at",)
    fields = (*list_display, "run_after", "priority", "queue_name", "exception_class_path")
