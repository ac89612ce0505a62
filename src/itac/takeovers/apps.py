from django.apps import AppConfig


class TakeoversConfig(AppConfig):
    name = "itac.takeovers"
    label = "takeovers"

    def ready(self) -> None:
        """Take-overs stand among the campaign's dated public items."""
        from itac.campaign import dated
        from itac.takeovers.showing import KIND, public_items

        dated.join(KIND, public_items)
