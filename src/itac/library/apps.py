from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "itac.library"
    label = "library"
