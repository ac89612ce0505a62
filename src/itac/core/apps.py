from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "itac.core"
    label = "core"

    def ready(self) -> None:
        """The checks of `itac check --deploy` are known from here on."""
        from itac.core import checks  # noqa: F401 -- they register themselves
