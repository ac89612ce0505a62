"""The rows of the engine; each family in a module of its own."""

from itac.publishing.models.approvals import (
    ApprovalCode,
    ApprovalRequest,
    ApprovalRule,
    Decision,
    Requirement,
    Trigger,
    Verdict,
)
from itac.publishing.models.comments import Comment, Mention
from itac.publishing.models.deliveries import (
    Attempt,
    AttemptState,
    Delivery,
    DeliveryMove,
    DeliveryPart,
    PartState,
    State,
    WorkerBeat,
)
from itac.publishing.models.grants import Grant
from itac.publishing.models.holds import OrganisationHold
from itac.publishing.models.mandates import FIRST_POSTS, Mandate, MandateStop, Oversight
from itac.publishing.models.plan_files import PlanFile
from itac.publishing.models.posts import Post, PostKind, PostMedia, Variant, Wording, WorkingCopy
from itac.publishing.models.proofs import Proof
from itac.publishing.models.rightings import Righting, RightingKind, RightingState
from itac.publishing.models.writers import Writer

__all__ = [
    "FIRST_POSTS",
    "ApprovalCode",
    "ApprovalRequest",
    "ApprovalRule",
    "Attempt",
    "AttemptState",
    "Comment",
    "Decision",
    "Delivery",
    "DeliveryMove",
    "DeliveryPart",
    "Grant",
    "Mandate",
    "MandateStop",
    "Mention",
    "OrganisationHold",
    "Oversight",
    "PartState",
    "PlanFile",
    "Post",
    "PostKind",
    "PostMedia",
    "Proof",
    "Requirement",
    "Righting",
    "RightingKind",
    "RightingState",
    "State",
    "Trigger",
    "Variant",
    "Verdict",
    "Wording",
    "WorkerBeat",
    "WorkingCopy",
    "Writer",
]
