from django.apps import AppConfig


class TakeoversConfig(AppConfig):
    name = "itac.takeovers"
    label = "takeovers"

    def ready(self) -> None:
        """Take-overs stand among the campaign's dated public items; beside the workers the public is listened to."""
        from itac.campaign import dated
        from itac.core.crewing import run_beside
        from itac.core.ticking import every_minute
        from itac.publishing.signals import approval_decided
        from itac.takeovers.hearing import Listener, forget_words
        from itac.takeovers.receivers import approval_was_decided
        from itac.takeovers.rehearsing import forget_rehearsals
        from itac.takeovers.showing import KIND, public_items

        dated.join(KIND, public_items)
        run_beside("listener", Listener)
        every_minute("replies_forgotten", forget_words)
        every_minute("rehearsals_forgotten", forget_rehearsals)
        approval_decided.connect(approval_was_decided, dispatch_uid="takeovers_answers_leave")
