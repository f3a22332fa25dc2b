from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "House rules"

    def ready(self) -> None:
        from moderation.registrations import register

        register()
