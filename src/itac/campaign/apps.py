from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "itac.campaign"
    label = "campaign"

    def ready(self) -> None:
        """What the audit log has kept long enough is forgotten."""
        from itac.campaign.auditing import forget_old
        from itac.core.ticking import every_minute

        every_minute("old_audit_entries", forget_old)
