from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "itac.campaign"
    label = "campaign"

    def ready(self) -> None:
        """What the audit log has kept long enough is forgotten; a campaign that was put back from a copy is paused."""
        from itac.campaign.auditing import forget_old
        from itac.campaign.returning import pause_and_sign_out
        from itac.core.returning import put_aside
        from itac.core.ticking import every_minute

        every_minute("old_audit_entries", forget_old)
        put_aside("campaign", pause_and_sign_out)
