"""The networks this installation knows. A new one is a module beside this one and a row here."""

from itac.networks.bluesky import Bluesky
from itac.networks.by_hand import ByHand
from itac.networks.mastodon import Mastodon
from itac.networks.protocol import Network
from itac.networks.website import Website


class UnknownNetwork(Exception):
    """No network of that name; the message lists those there are."""


NETWORKS: dict[str, Network] = {plug.name: plug for plug in (Website(), Mastodon(), Bluesky(), ByHand())}


def network(name: str) -> Network:
    """The network of that name. Raises `UnknownNetwork`."""
    try:
        return NETWORKS[name]
    except KeyError:
        raise UnknownNetwork(f"There is no network called {name}. There are: {', '.join(NETWORKS)}.") from None
