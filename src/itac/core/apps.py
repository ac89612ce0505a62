from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "itac.core"
    label = "core"
