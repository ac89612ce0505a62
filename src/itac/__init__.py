"""ITAC: software that runs a campaign which takes a community."""

__version__ = "0.1.0"
