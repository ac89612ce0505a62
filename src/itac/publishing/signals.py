"""News of this room, told after commit, with ids only. A receiver can't object; it may be told nothing when the
process dies, so what must follow a change is a row written with it."""

from django.dispatch import Signal

delivery_moved = Signal()
"""A delivery is in another state. Arguments: `pk`, `state`. For live pages; not for what must happen."""

approval_asked = Signal()
"""Approvers are asked about a post. Argument: `pk` of the request."""

approval_decided = Signal()
"""An approver answered. Arguments: `pk` of the request, `state` of it then."""

post_submitted = Signal()
"""A working copy became the post. Arguments: `pk`, `voided` (whether an approval ended by it)."""
