from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "itac.publishing"
    label = "publishing"

    def ready(self) -> None:
        """The checks of `itac check --deploy` are known from here on."""
        from itac.publishing import checks  # noqa: F401 -- they register themselves
