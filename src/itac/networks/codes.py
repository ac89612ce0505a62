"""Every short safe code a network's answer or a channel's health is stored under, and what it tells a person.

A sentence says what happened, what is safe, and what to do. A test fails on a code without one.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODES: dict[str, Promise] = {
    # Known not to have been accepted, tried again by itself
    "server_unreachable": _(
        "The network's server can't be reached. Nothing was sent; we try again by ourselves. "
        "If this lasts, check the server's address on the channel."
    ),
    "server_silent": _(
        "The network's server didn't answer. Check its address and this machine's line to it, then try once more."
    ),
    "rate_limited": _(
        "The network asks us to wait before posting again. Nothing was sent; we try again when it allows. Nothing to "
        "do."
    ),
    "token_expired": _(
        "The log-in to the network ran out. Nothing was sent; we renew it and try again. Nothing to do."
    ),
    "token_refresh_failed": _(
        "The log-in to the network couldn't be renewed just now. Nothing was sent; we try again by ourselves. "
        "Nothing to do."
    ),
    "media_processing": _(
        "The network is still working on the pictures. Nothing was sent; we try again by ourselves. Nothing to do."
    ),
    "upload_failed": _(
        "A picture couldn't be handed to the network just now. Nothing was sent; we try again by ourselves. Nothing "
        "to do."
    ),
    "lookup_failed": _(
        "The network couldn't tell who is mentioned in the text. Nothing was sent; we try again by ourselves. "
        "Nothing to do."
    ),
    "image_unreadable": _(
        "A picture of this post can't be read from our storage just now. Nothing was sent; we try again by "
        "ourselves. "
        "If this lasts, upload the picture again."
    ),
    "database_busy": _("The database is busy. Nothing was published; we try again by ourselves. Nothing to do."),
    # Known not to have been accepted, and would be refused again
    "not_accepted": _(
        "The network refused this post as it is. Nothing was sent. Change the text or the pictures and ask for "
        "approval again."
    ),
    "text_too_long": _(
        "The text is longer than this server allows. Nothing was sent. Shorten it or make it a thread, "
        "then ask for approval again."
    ),
    "too_large": _(
        "The post is larger than the network takes. Nothing was sent. Use smaller pictures, then ask for approval "
        "again."
    ),
    "image_too_large": _(
        "A picture is larger than the network takes. Nothing was sent. Use a smaller one, then ask for approval again."
    ),
    "image_refused": _(
        "The network refused a picture. Nothing was sent. Save it as JPEG or PNG, or use another one, "
        "then ask for approval again."
    ),
    "part_gone": _("What was to be corrected is no longer on the network. Nothing was changed there."),
    "cannot_edit": _(
        "This network can't change what was sent. Nothing was changed there. Take it down, and plan the new version."
    ),
    "image_gone": _(
        "The network no longer has the pictures we gave it. Nothing was sent. Plan the post once more to hand them "
        "over again."
    ),
    "earlier_part_gone": _(
        "An earlier part of this thread is no longer on the network, so the rest has nothing to follow. "
        "What was sent before stays as it is. Decide whether to plan the rest as a new post."
    ),
    "visibility_unknown": _(
        "The visibility chosen for this post isn't one the network knows. Nothing was sent. "
        "Choose another, then ask for approval again."
    ),
    "key_taken": _(
        "Another post stands on the account under the name meant for this one. Nothing was sent. Plan the post once "
        "more."
    ),
    # Known not to have been accepted, because the channel needs somebody
    "token_refused": _(
        "The network no longer accepts our log-in for this channel. Nothing was sent. Connect the channel again."
    ),
    "password_refused": _(
        "The network refused the app password of this channel. Nothing was sent. "
        "Make a new app password in the account's settings and connect the channel again."
    ),
    "second_factor": _(
        "The account asks for a second factor. Nothing was sent. "
        "Connect the channel with an app password instead of the account's own."
    ),
    "not_allowed": _(
        "The network doesn't let this account do that. Nothing was sent. "
        "Look whether the account is restricted, and connect it again with the right to post."
    ),
    "account_closed": _(
        "The network says that this account is closed or suspended. Nothing was sent. Log in to the account to see why."
    ),
    "server_moved": _(
        "The server answers from another address now. Nothing was sent. Correct the server's address on the channel."
    ),
    "server_wrong": _(
        "This address doesn't answer like a server of this network. Nothing was sent. Check the server's address on "
        "the channel."
    ),
    "address_not_https": _(
        "The server's address doesn't begin with https, so the log-in could be read on its way. "
        "Nothing was sent. Correct the address."
    ),
    "secret_missing": _("This channel has no log-in yet. Nothing was sent. Connect the channel."),
    "account_changed": _(
        "This log-in belongs to another account than the channel's. Nothing was changed. "
        "Use the log-in of the channel's own account, or add a new channel."
    ),
    # An answer to somebody else's post
    "answer_without_mention": _(
        "The answer doesn't name the person it is for, so they wouldn't hear of it. Nothing was sent. "
        "Begin the text with their account name, then ask for approval again."
    ),
    "answered_gone": _(
        "What this answers is no longer on the network, so the answer has nothing to stand below. Nothing was sent. "
        "Decide whether to plan it as a post of its own."
    ),
    # Replies that couldn't be read, now or at all
    "replies_unreachable": _(
        "The network couldn't be asked for replies just now. We ask again by ourselves, and none is lost. "
        "Nothing to do."
    ),
    "replies_unreadable": _(
        "The network answered with something that isn't a list of replies. We ask again by ourselves. "
        "If this lasts, check the server's address on the channel."
    ),
    "replies_limited": _(
        "The network asks us to wait before looking for replies again. We look again when it allows. Nothing to do."
    ),
    "replies_not_allowed": _(
        "The log-in of this channel may not read who mentions the account, so replies are found later than they "
        "could be. "
        "Connect the channel again with the right to read."
    ),
    "replies_missed": _(
        "The server no longer keeps everything that was written since we listened last, so replies may be missing "
        "here. "
        "Look at the posts themselves."
    ),
    "replies_elsewhere": _(
        "Replies on this network can't be read from here. Open the account itself to see and answer them."
    ),
    # May or may not have been accepted
    "answer_lost": _(
        "We can't tell whether this was posted: the connection broke after sending. We won't send it again unless "
        "the "
        "network tells us it isn't there. Look at the profile and say what you see."
    ),
    "answer_late": _(
        "We can't tell whether this was posted: no answer came in time. We won't send it again unless the "
        "network tells us it isn't there. Look at the profile and say what you see."
    ),
    "answer_unreadable": _(
        "We can't tell whether this was posted: the network's answer can't be read. We won't send it again unless "
        "the "
        "network tells us it isn't there. Look at the profile and say what you see."
    ),
    "server_error": _(
        "We can't tell whether this was posted: the network's server failed while it worked. We won't send it again "
        "unless "
        "the network tells us it isn't there. Look at the profile and say what you see."
    ),
    "database_error": _(
        "We can't tell whether this stands on the site: the database failed. We won't publish it again unless the "
        "database tells us it isn't there. Look at the site and say what you see."
    ),
    "too_many_to_look_through": _(
        "The account has posted so much since then that we couldn't look through all of it. "
        "Look at the profile and say what you see."
    ),
}


def sentence(code: str) -> str:
    """What a code tells a person, in the language now in force."""
    known = CODES.get(code)
    return str(_("Something happened that has no description yet. Ask your operator.") if known is None else known)
