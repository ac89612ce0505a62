"""Whole addresses, for terminals, feeds and messages that leave a page."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings

EVERYWHERE = ("0.0.0.0", "::", "[::]", "")  # noqa: S104 -- compared with, not bound to


def whole_address(path: str) -> str:
    """The address of a path on this installation; an address that is whole already stays as it is.

    A process that listens everywhere is shown as 127.0.0.1, since nobody can open "everywhere".
    """
    base = urlsplit(settings.ADDRESS)
    if (base.hostname or "") in EVERYWHERE:
        # A named tuple's public way to a changed copy, underscore and all.
        base = base._replace(netloc=f"127.0.0.1:{base.port}" if base.port else "127.0.0.1")  # noqa: SLF001
    return urljoin(base.geturl() + "/", path)


def host_and_port() -> tuple[str, int]:
    """Where the public finds this installation."""
    address = urlsplit(whole_address("/"))
    return address.hostname or "localhost", address.port or (443 if address.scheme == "https" else 80)
