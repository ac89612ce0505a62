"""The app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "itac.api"
    label = "api"

    def ready(self) -> None:
        """Answers kept for a day are forgotten after it."""
        from itac.api.repeating import forget_old
        from itac.core.ticking import every_minute

        every_minute("old_answers", forget_old)
