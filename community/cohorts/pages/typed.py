"""What people type of a run, from a form or from the address of a preview."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from community.cohorts.rules import MAX_BREAKS, Break
from community.kernel.schemas import as_key

AFTER, DAYS, NOTE = "break.{}.after", "break.{}.days", "break.{}.note"
EMPTY_ROWS = 2  # that wait for another break
LEAST_ROWS = 3


def given() -> MultiDict[str, str]:
    """Return what was typed: the form of a page that was sent, the query of one that is read."""
    return request.form if request.method == "POST" else request.args


def plain(fields: tuple[str, ...]) -> dict[str, str]:
    """Return what was typed into fields, as it was typed."""
    return {field: given().get(field, "").strip() for field in fields}


def typed_breaks() -> list[dict[str, str]]:
    """Return the rows of breaks that hold anything, as they were typed."""
    rows = [
        {
            name: given().get(field.format(number), "").strip()
            for name, field in (("after_week", AFTER), ("days", DAYS), ("note", NOTE))
        }
        for number in range(1, MAX_BREAKS + 1)
    ]
    return [row for row in rows if row["after_week"] or row["days"]]


def rows_of(breaks: tuple[Break, ...] | list[dict[str, str]]) -> list[Mapping[str, Any]]:
    """Return the rows a form shows: those there are, and some that wait."""
    rows: list[Mapping[str, Any]] = [
        row
        if isinstance(row, dict)
        else {"after_week": row.after_week, "days": row.days, "note": row.note}
        for row in breaks
    ]
    wanted = min(MAX_BREAKS, max(LEAST_ROWS, len(rows) + EMPTY_ROWS))
    return rows + [{}] * (wanted - len(rows))


def keys(field: str) -> set[uuid.UUID]:
    """Return the ids that were chosen in a field; what is none is left out."""
    found = {as_key(value) for value in given().getlist(field)[:200]}
    return {key for key in found if key is not None}


def said(errors: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the errors of a form a line each: those of a row of breaks in one list."""
    return {name: _lines(messages) for name, messages in errors.items()}


def _lines(messages: Any) -> list[str]:
    if isinstance(messages, str):
        return [messages]
    parts = messages.values() if isinstance(messages, Mapping) else messages
    return list(dict.fromkeys(line for part in parts for line in _lines(part)))
