from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "itac.networks"
    label = "networks"

    def ready(self) -> None:
        """Say to the library which pictures our own site shows."""
        from itac.library.showing import SHOWS
        from itac.networks.showing import stands_in_an_entry

        SHOWS.append(stands_in_an_entry)
