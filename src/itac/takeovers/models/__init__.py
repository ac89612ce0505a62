"""The rows of take-overs; each family in a module of its own."""

from itac.takeovers.models.briefs import Brief, BriefTask, Promised
from itac.takeovers.models.takeovers import CALLED_OFF, PLANNED, Place, Stage, Step, TakeOver

__all__ = ["CALLED_OFF", "PLANNED", "Brief", "BriefTask", "Place", "Promised", "Stage", "Step", "TakeOver"]
