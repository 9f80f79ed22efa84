"""A table to take away: as CSV, or as a workbook (XLSX), with what the page shows and no more.

A spreadsheet program takes a cell that begins with = + - @ for a formula, whoever wrote it. In a
workbook every cell says that it is text. CSV cannot say so: there such a cell begins with an
apostrophe, as one types it in such programs; numbers and everything else stay as they are.

Quotes keep a separator in its cell only where the program reads commas as we write them. Where it
reads semicolons or tabs, a text is split at its own; so there an apostrophe stands behind each.
"""

import csv
import dataclasses
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from flask import Response
from flask_babel import gettext as _

from community.kernel.errors import Conflict
from community.kernel.threads import in_thread

CELLS_MOST = 250_000  # of a workbook, which is made in memory; CSV is sent as it is made
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = ("csv", "xlsx")
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"\s*[\t\r{_SIGNS}]")
_WITHIN = re.compile(rf"(?<=[;,\t\r\n])(?=[\s\"]*[{_SIGNS}])")  # a program may begin a cell there
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?")
_WIDEST = 60  # characters of a column


class Percent(int):
    """A number of hundredths, "40%"."""

    def __str__(self) -> str:
        return f"{int(self)}%"


Cell = str | int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its name (part of the file's), its heads and rows as a page shows them."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def answer(sheet: Sheet, ending: str) -> Response:
    """Return a sheet as a file; ``ending`` is one of ``ENDINGS``. Nobody keeps it on the way.

    Raises Conflict for a workbook of too many cells.
    """
    if ending == "csv":
        response = Response(csv_of(sheet), mimetype="text/csv")
    else:
        if len(sheet.heads) * len(sheet.rows) > CELLS_MOST:
            raise Conflict(_("This is too large for a workbook. Take it as CSV."))
        response = Response(in_thread(workbook_of, sheet), mimetype=XLSX)
    name = f"{sheet.name}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def csv_of(sheet: Sheet) -> Iterator[bytes]:
    """Yield a sheet as CSV (RFC 4180, UTF-8 with the mark that spreadsheet programs look for)."""
    yield b"\xef\xbb\xbf"
    line = io.StringIO(newline="")
    writer = csv.writer(line, quoting=csv.QUOTE_ALL)
    for row in _all(sheet):
        writer.writerow([defused(cell) if isinstance(cell, str) else str(cell) for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _all(sheet: Sheet) -> Iterable[Sequence[Cell]]:
    yield sheet.heads
    yield from sheet.rows


def defused(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    if _NUMBER.fullmatch(text):
        return text
    text = _WITHIN.sub("'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def workbook_of(sheet: Sheet) -> bytes:
    """Return a sheet as a workbook whose heads and first column stay in sight."""
    made = io.BytesIO()
    # in_memory: no file of ours on the disk; texts stay texts, whatever they begin with
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True})
        percent = book.add_format({"num_format": "0%"})
        for column, head in enumerate(sheet.heads):
            page.write_string(0, column, head, bold)
            longest = max((len(str(row[column])) for row in sheet.rows), default=0)
            page.set_column(column, column, min(_WIDEST, max(longest, len(head)) + 2))
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, Percent):
                    page.write_number(number, column, cell / 100, percent)
                elif isinstance(cell, int):
                    page.write_number(number, column, cell)
                else:
                    page.write_string(number, column, cell)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.heads) - 1))
    return made.getvalue()
