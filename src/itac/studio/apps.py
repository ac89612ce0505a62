from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "itac.studio"
    label = "studio"
