"""The rows of take-overs; each family in a module of its own."""

from itac.takeovers.models.briefs import Brief, BriefTask, Promised
from itac.takeovers.models.rehearsals import Rehearsal, RehearsedDelivery
from itac.takeovers.models.replies import Reply, ReplyCursor
from itac.takeovers.models.takeovers import CALLED_OFF, PLANNED, TERMS, Place, Stage, Step, TakeOver

__all__ = [
    "CALLED_OFF",
    "PLANNED",
    "TERMS",
    "Brief",
    "BriefTask",
    "Place",
    "Promised",
    "Rehearsal",
    "RehearsedDelivery",
    "Reply",
    "ReplyCursor",
    "Stage",
    "Step",
    "TakeOver",
]
