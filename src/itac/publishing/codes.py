"""Every short code that a delivery can carry, as a sentence: what happened, what is safe, what to do.

`docs/reference/codes.md` is written from this table and that of the networks.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.networks.codes import CODES as NETWORK_CODES

HOLDS: dict[str, Promise] = {
    "not_approved": _("It isn't approved. Nothing was sent. Ask for approval, then send or move it."),
    "approval_changed": _(
        "It was changed after its approval. Nothing was sent. Ask for approval of the new version, then send it."
    ),
    "outside_window": _(
        "Its approval is for another time. Nothing was sent. Move it into the approved window or ask again."
    ),
    "trigger_pending": _("What it waits for hasn't happened yet. Nothing was sent."),
    "no_grant": _(
        "Its organisation may not speak on this channel in this language now. Nothing was sent. A coordinator can"
        " grant it."
    ),
    "daily_limit": _("The day's number of posts on this channel is used up. Nothing was sent. Move it to another day."),
    "channel_paused": _(
        "The channel is paused. Nothing was sent, and nothing will be until a person sends or moves it."
    ),
    "campaign_paused": _(
        "The campaign is paused. Nothing was sent, and nothing will be until a person sends or moves it."
    ),
    "organisation_held": _(
        "Everything of its organisation was put on hold. Nothing was sent, and nothing will be until a person sends or"
        " moves it."
    ),
    "takeover_stopped": _(
        "Its take-over was stopped. Nothing was sent, and nothing will be until a person sends or moves it."
    ),
    "window_taken": _(
        "Another organisation had the floor on this channel. Nothing was sent. Move it, or let a coordinator say that"
        " it is urgent."
    ),
    "answers_not_lent": _("Its take-over doesn't allow answering replies. Nothing was sent."),
    "kind_not_lent": _("Its take-over doesn't allow posts of this kind. Nothing was sent."),
    "late": _("It is later than it may be late. Nothing was sent. Send it now, move it, or drop it."),
    "rights_missing": _("A picture has no credit, no licence, or may not be used any more. Nothing was sent."),
    "picture_changed": _(
        "A picture's file is not the approved one any more. Nothing was sent. Ask for approval again."
    ),
    "unfit": _("It doesn't fit the network any more. Nothing was sent. Open the post to see why."),
    "channel_needs_person": _("The channel's account needs somebody: connect it again, then send. Nothing was sent."),
    "thread_cut": _("Part of the thread is out, the rest is held. Send the rest or leave it."),
    "held_by_person": _("A person holds it. Nothing was sent."),
    "restored_site": _(
        "The data were put back from an older copy, and the site with them: it isn't there. Nothing was sent. Send it"
        " now, move it, or drop it."
    ),
}
OTHERS: dict[str, Promise] = {
    "unexpected": _("The software met something it doesn't know. Nothing is sent again by itself. Tell the operator."),
    "looked_up": _("Its answer was lost; it was found on the network."),
    "not_there": _("Its answer was lost; the network doesn't have it."),
    "worker_died": _("The worker stopped while sending; another one looked after it."),
    "worker_slow": _("The worker was too busy to begin in time. Nothing was sent by this try; it is tried again."),
    "confirmed": _("A person confirmed it."),
    "by_hand": _("No program may do this there: a person does it by hand."),
    "waits_for_answer": _("Its approvers are asked. It goes on by itself once they have said yes."),
    "passed_on": _("A person said whose hand it is in."),
    "declined_by_hand": _("The person couldn't post it."),
    "sent_now": _("A person sent it."),
    "moved": _("A person moved it."),
    "dropped": _("A person dropped it."),
    "taken_out": _("A person took this channel or language out of the post."),
    "withdrawn": _("The post was taken back before this went out."),
    "replaced": _("The post was changed after a try that failed; another delivery has the new version."),
    "planned_again": _("A person planned it again."),
    "tried_again": _("A person asked for another try."),
    "restored": _(
        "The data were put back from an older copy, so we can't tell whether this was done since. Nothing is sent again"
        " by itself. Look at the account, then say what stands there."
    ),
}
CODES: dict[str, Promise] = {**NETWORK_CODES, **HOLDS, **OTHERS}


def sentence(code: str) -> str:
    """The sentence of a code; an unknown one is shown as itself rather than hidden."""
    return str(CODES.get(code, code))
