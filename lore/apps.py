from django.apps import AppConfig


class LoreConfig(AppConfig):
    name = "lore"

    def ready(self) -> None:
        from lore import registrations

        registrations.register()
