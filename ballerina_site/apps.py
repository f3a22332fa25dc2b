from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ballerina_site"
