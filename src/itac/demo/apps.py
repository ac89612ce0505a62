from typing import Any

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "itac.demo"
    label = "demo"

    def ready(self) -> None:
        """A demonstration plans what comes when its pages answer for the first time."""
        from itac.studio.signals import first_started

        first_started.connect(_plan, dispatch_uid="demo.plan_what_comes")


def _plan(sender: Any, **facts: Any) -> None:
    from itac.campaign.models import Campaign
    from itac.demo.posting import plan_what_comes
    from itac.demo.taking_over import begin_takeovers

    if Campaign.current().is_demonstration:
        begin_takeovers(now=facts["now"])
        plan_what_comes(now=facts["now"])
