from django.apps import AppConfig


class TheoriesConfig(AppConfig):
    name = "theories"

    def ready(self) -> None:
        from theories.registrations import register

        register()
