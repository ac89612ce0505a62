"""News of the Studio."""

from django.dispatch import Signal

first_started = Signal()
"""This installation's pages answer for the first time ever. Argument: `now`.

Told once, in the transaction that notes it (`Campaign.first_started_at`): a receiver that fails undoes the note, and
the next start tells it again.
"""
