"""Keyset paging: a page is asked for by the key of the last row seen, never by an offset."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import sqlakeyset
import sqlalchemy as sa
from flask_babel import gettext as _
from marshmallow import fields, validate
from sqlakeyset import BadBookmark, InvalidPage, PageSerializationError, unserialize_bookmark

from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.schemas import In, Out

LIMIT = 50
MAX_LIMIT = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; ``next`` and ``previous`` are bookmarks, None at the ends."""

    items: Sequence[Any]
    next: str | None
    previous: str | None


class PageIn(In):
    """How much of a list is asked for, and from where."""

    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))
    page = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=400))


class PageOut(Out):
    """The bookmarks of a page; a list's own schema adds ``items``."""

    next = fields.String(allow_none=True, required=True)
    previous = fields.String(allow_none=True, required=True)


def page_of(statement: sa.Select[Any], *, limit: int = LIMIT, page: str | None = None) -> Page:
    """Return a page of an ordered statement; the order must end in a unique column.

    Raises Invalid when ``page`` is no bookmark of such a list.
    """
    try:
        marker = unserialize_bookmark(page) if page else None
        found = sqlakeyset.select_page(db.session(), statement, per_page=limit, page=marker)
    except (BadBookmark, InvalidPage, PageSerializationError, ValueError, TypeError) as error:
        raise _bad_bookmark() from error
    # ArgumentError: what cannot be compared, such as nothing. OverflowError: a number larger than
    # SQLite takes, an instant beyond the edge of time.
    except (sa.exc.StatementError, sa.exc.ArgumentError, OverflowError) as error:
        db.session.rollback()
        raise _bad_bookmark() from error
    paging = found.paging
    return Page(
        items=list(found),
        next=paging.bookmark_next if paging.has_next else None,
        previous=paging.bookmark_previous if paging.has_previous else None,
    )


def _bad_bookmark() -> Invalid:
    return Invalid(
        _("This page of the list does not exist."), fields={"page": [_("Not a page of this list.")]}
    )
