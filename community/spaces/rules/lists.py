"""Reading a list of people to invite: pasted, or the text of a file.

What comes in is whatever a mail program, a spreadsheet or a form tool gives. A line that cannot be
read is kept as it is, so that it can be shown with what is wrong with it; nothing raises but a list
that is too long or no text at all.
"""

import csv
import dataclasses
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from community.accounts.rules import NAME_LONGEST, check_email
from community.kernel.errors import Invalid

MAX_LINES = 500
LIST_LONGEST = 200_000  # bytes of a file, characters of a text
LINE_LONGEST = 2_000
SHOWN_LONGEST = 120  # of a line that is no address
DELIMITERS = ",;\t|"
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("email", "e-mail", "e-mail address", "email address", "mail"), "email"),
    **dict.fromkeys(("name", "full name", "display name"), "name"),
    **dict.fromkeys(("first name", "given name"), "first"),
    **dict.fromkeys(("last name", "family name", "surname"), "last"),
    "role": "role",
}
ALIKE = {"organizer": "organiser", "learner": "member", "participant": "member"}
"""Other words for a role."""
_WRITTEN = re.compile(r"""["'\s]*(?P<name>[^<>"]*?)["'\s]*<\s*(?P<address>[^<>]*)>[\s.,;]*""")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORMULA = "=+-@ "
"""What a workbook would take for the beginning of a formula; no name begins with it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on a list. ``email`` is folded; "" where ``written`` holds no address."""

    line: int
    written: str
    email: str = ""
    name: str = ""
    role: str = ""


def read_bytes(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 where it says so, UTF-8 if it can be, cp1252.

    Raises Invalid naming ``file`` for one that is too large or no text.
    """
    if len(data) > LIST_LONGEST:
        raise _too_large("file")
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    message = _("This file is no text. Save it as CSV, then choose it again.")
    raise Invalid(message, fields={"file": [message]})


def read_list(text: str) -> list[Entry]:
    """Return who is on a list, in order; lines are counted from 1.

    With a first line that names an ``email`` column it is a table (``name`` and ``role`` are taken
    too, others left aside). Else each line holds an address or several, each with or without a
    name, and perhaps a role. Raises Invalid naming ``list`` for one that is empty or too long.
    """
    if len(text) > LIST_LONGEST:
        raise _too_large("list")
    text = text.lstrip("\ufeff")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_LONGEST:
            message = _("Line %(num)d is too long to be an address.", num=number)
            raise Invalid(message, fields={"list": [message]})
    table = _table(text)
    found = list(_lines(text) if table is None else table)
    if not found:
        message = _("Write at least one address.")
        raise Invalid(message, fields={"list": [message]})
    if len(found) > MAX_LINES:
        message = _(
            "This list has %(num)d people; invite at most %(most)d at a time.",
            num=len(found),
            most=MAX_LINES,
        )
        raise Invalid(message, fields={"list": [message]})
    return found


def write_list(entries: Sequence[Entry]) -> str:
    """Return a table that ``read_list`` reads as these entries: nothing of a file but what we use.

    It is never longer than the entries, while a file may hold many more columns, in letters that
    take several bytes.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("email", "name", "role"))
    table.writerows((one.email or one.written, one.name, one.role) for one in entries)
    return out.getvalue()


def _too_large(field: str) -> Invalid:
    message = _("This list is too long: at most %(most)d kB.", most=LIST_LONGEST // 1000)
    return Invalid(message, fields={field: [message]})


# ------------------------------------------------------------------ a table


def _table(text: str) -> Iterator[Entry] | None:
    """Return the rows of a table with a head; None for a text that has none."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = _delimiter(first)
    try:
        head = next(csv.reader([first.lstrip()], delimiter=delimiter), [])
    except csv.Error:
        return None
    columns = [COLUMNS.get(cell.strip().casefold(), "") for cell in head]
    if "email" not in columns:
        return None
    return _rows(text.lstrip(), columns, delimiter)


def _delimiter(line: str) -> str:
    try:
        return csv.Sniffer().sniff(line, DELIMITERS).delimiter
    except csv.Error:
        return max(DELIMITERS, key=line.count)


def _rows(text: str, columns: Sequence[str], delimiter: str) -> Iterator[Entry]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond all measure
            yield Entry(reader.line_num, _("This line cannot be read."))
            continue
        if reader.line_num == 1 or not any(cell.strip() for cell in cells):
            continue
        told: dict[str, str] = {}
        for column, cell in zip(columns, cells, strict=False):
            told.setdefault(column, cell)
        name = told.get("name") or f"{told.get('first', '')} {told.get('last', '')}"
        yield _entry(
            reader.line_num,
            told.get("email", ""),
            written=delimiter.join(cells).rstrip(delimiter),
            name=name,
            role=told.get("role", ""),
        )


# ------------------------------------------------------------------ lines


def _lines(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip(" \t,;|"):
            yield from _line(number, line)


def _line(number: int, line: str) -> Iterator[Entry]:
    """Return who is on a line: several addresses, or one with a name and a role beside it."""
    if line.count("<") == line.count("@") == 1 and _WRITTEN.fullmatch(line):
        yield _entry(number, line)  # whole: a name may hold a comma
        return
    cells = [cell.strip() for cell in re.split(r"[,;\t|]", line) if cell.strip()]
    addresses = [cell for cell in cells if "@" in cell]
    if len(addresses) > 1:
        for cell in addresses:
            yield _entry(number, cell)
        return
    if not addresses:
        yield Entry(number, _printable(line, SHOWN_LONGEST))
        return
    beside = [cell.strip("\"'") for cell in cells if cell not in addresses]
    role = next((cell for cell in beside if cell.casefold() in ROLES), "")
    name = next((cell for cell in beside if cell != role), "")
    yield _entry(number, addresses[0], name=name, role=role, written=line)


ROLES = frozenset({*ALIKE, "owner", "organiser", "facilitator", "member", "observer"})
"""What a cell without a column's name is a role by."""


def _entry(
    number: int, address: str, *, name: str = "", role: str = "", written: str = ""
) -> Entry:
    found = _WRITTEN.fullmatch(address)
    if found:
        name, address = found["name"] or name, found["address"]
    else:
        address = address.strip().strip("\"'<>")
    shown = _printable(written or address, SHOWN_LONGEST)
    try:
        email = check_email(address.removeprefix("mailto:"))
    except Invalid:
        return Entry(number, shown)
    return Entry(
        line=number,
        written=shown,
        email=email,
        name=_printable(name, NAME_LONGEST).lstrip(_FORMULA),
        role=_printable(role, SHOWN_LONGEST).casefold(),
    )


def _printable(text: str, longest: int) -> str:
    return _UNPRINTABLE.sub(" ", text).strip().strip("\"'").strip()[:longest]
