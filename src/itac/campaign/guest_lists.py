"""A list of people to invite, as a spreadsheet program saves it (CSV): each row with its problem in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.inviting import CannotInvite, Guest, problem_of
from itac.campaign.models import Duty, Organisation

MOST_ROWS = 500
MOST_BYTES = 1_000_000
# Each column by the names it may have, in the languages people write lists in.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "correo", "correo electrónico"),
    "name": ("name", "nombre"),
    "organisation": ("organisation", "organization", "organización", "organizacion"),
    "duties": ("duties", "duty", "tareas", "tarea"),
    "language": ("language", "idioma"),
}
SEPARATORS = ("sep=,", "sep=;", "sep=\t")
NO_CSV = gettext_lazy("This is no CSV file. In your spreadsheet program, save the list as “CSV UTF-8”.")
NEEDED = ("email", "organisation", "duties")
DUTIES: Mapping[str, Duty] = {
    "editor": Duty.EDITOR,
    "editora": Duty.EDITOR,
    "approver": Duty.APPROVER,
    "aprueba": Duty.APPROVER,
    "host": Duty.HOST,
    "anfitrión": Duty.HOST,
    "anfitriona": Duty.HOST,
    "moderator": Duty.MODERATOR,
    "modera": Duty.MODERATOR,
}


@dataclass(frozen=True)
class Row:
    """One row of a list: its number as the spreadsheet shows it, whom it names, and what is wrong ("" for nothing)."""

    number: int
    email: str
    guest: Guest | None
    problem: str | Promise = ""


def text_of(data: bytes) -> str:
    """The text of a file. Raises `CannotInvite` for one that is too large or is no text."""
    if len(data) > MOST_BYTES:
        raise CannotInvite(
            gettext_lazy("This file is larger than a list of people can be. Choose the list saved as CSV.")
        )
    if b"\0" in data or data.startswith(b"PK"):
        raise CannotInvite(NO_CSV)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # as older spreadsheet programs save


def read_list(text: str) -> list[Row]:
    """Every row with its problem; writes nothing. Raises `CannotInvite` where the columns can't be understood."""
    lines = text.strip("\ufeff\r\n ")
    first, _newline, rest = lines.partition("\n")
    if first.strip().lower() in SEPARATORS:  # a line of Excel's own
        lines = rest.strip("\r\n ")
    if not lines:
        raise CannotInvite(gettext_lazy("The list is empty."))
    if "\0" in lines:
        raise CannotInvite(NO_CSV)
    head = lines.splitlines()[0]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(lines), delimiter=mark)
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error:
        raise CannotInvite(
            gettext_lazy("The list can't be read: a quotation mark is opened and never closed.")
        ) from None
    places = _places(rows[0])
    filled = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    if not filled:
        raise CannotInvite(gettext_lazy("The list has column names and no people."))
    if len(filled) > MOST_ROWS:
        raise CannotInvite(_("The list has more than %(most)s people. Split it.") % {"most": MOST_ROWS})
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    known |= {str(name).lower(): each for each in known.copy().values() for name in each.name.texts.values()}
    found: list[Row] = []
    seen: set[str] = set()
    for number, row in filled:
        cells = {column: row[place] if place < len(row) else "" for column, place in places.items()}
        found.append(_row(number, cells, known, seen))
        seen.add(cells["email"].lower())
    return found


def _places(head: list[str]) -> dict[str, int]:
    """Where each column stands. Raises `CannotInvite` that names what is strange or missing."""
    names = {name: column for column, several in COLUMNS.items() for name in several}
    strange = [cell for cell in head if cell and cell.lower() not in names]
    understood = ", ".join(COLUMNS)
    if strange:
        words = {"column": strange[0], "columns": understood}
        raise CannotInvite(_("The column “%(column)s” isn't known. The columns are: %(columns)s.") % words)
    places = {names[cell.lower()]: place for place, cell in enumerate(head) if cell}
    twice = [cell for place, cell in enumerate(head) if cell and places[names[cell.lower()]] != place]
    if twice:
        raise CannotInvite(_("The column “%(column)s” stands there twice. Take one out.") % {"column": twice[0]})
    missing = [column for column in NEEDED if column not in places]
    if missing:
        words = {"column": missing[0], "columns": understood}
        raise CannotInvite(_("The column “%(column)s” is missing. The columns are: %(columns)s.") % words)
    return places


def _row(number: int, cells: Mapping[str, str], known: Mapping[str, Organisation], seen: set[str]) -> Row:
    email, language = cells["email"].lower(), cells.get("language", "").lower() or settings.LANGUAGE_CODE
    organisation = known.get(cells["organisation"].lower())
    words = [word.strip().lower() for word in cells["duties"].replace("+", "/").replace(";", "/").split("/")]
    strange = [word for word in words if word and word not in DUTIES]
    problem: str | Promise = ""
    if email in seen:
        problem = _("This address stands in the list twice.")
    elif organisation is None and not cells["organisation"]:
        problem = _("Say for which organisation, and what the person will do for it.")
    elif organisation is None:
        problem = _("There is no organisation “%(name)s”. Write its name or its short address.") % {
            "name": cells["organisation"]
        }
    elif strange:
        problem = _("“%(word)s” isn't a duty. The duties are: %(duties)s, several with / between them.") % {
            "word": strange[0],
            "duties": ", ".join(Duty.values),
        }
    elif language not in dict(settings.LANGUAGES):
        problem = _("The Studio has no language “%(language)s”. Write one of: %(languages)s.") % {
            "language": language,
            "languages": ", ".join(dict(settings.LANGUAGES)),
        }
    if problem:
        return Row(number, email, None, problem)
    duties = tuple(dict.fromkeys(DUTIES[word] for word in words if word))
    guest = Guest(
        email=email,
        language=language,
        name=cells.get("name", "")[:120],
        organisation=organisation,
        duties=[duty.value for duty in duties],
    )
    return Row(number, email, guest, problem_of(guest))
