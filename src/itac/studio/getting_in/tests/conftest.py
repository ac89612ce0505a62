"""The Studio's scene and log-ins, for the pages before its door too."""

from itac.studio.tests.conftest import login, scene

__all__ = ["login", "scene"]
