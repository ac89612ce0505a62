from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "itac.publishing"
    label = "publishing"

    def ready(self) -> None:
        """Here become known: the checks of `itac check --deploy`, what is looked at every minute, what a copy put back
        mustn't send."""
        from itac.core.returning import put_aside
        from itac.core.ticking import every_minute
        from itac.publishing import checks  # noqa: F401 -- they register themselves
        from itac.publishing.accompanying import forget_writers
        from itac.publishing.asking import remind
        from itac.publishing.importing import forget_old
        from itac.publishing.proving import forget_proofs
        from itac.publishing.returning import put_deliveries_aside

        put_aside("deliveries", put_deliveries_aside)
        every_minute("approval_reminders", remind)
        every_minute("plan_files_forgotten", forget_old)
        every_minute("proofs_forgotten", forget_proofs)
        every_minute("writers_forgotten", forget_writers)
