from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "itac.studio"
    label = "studio"

    def ready(self) -> None:
        """Mornings are looked at every minute."""
        from itac.core.ticking import every_minute
        from itac.studio.morning import send_morning_mails

        every_minute("morning_mails", send_morning_mails)
