"""Keyset paging: a page is asked for by the key of the last row seen, never by an offset."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from marshmallow import fields, validate
from sqlakeyset import BadBookmark, InvalidPage, PageSerializationError, unserialize_bookmark
from sqlakeyset.paging import core_page_from_rows, prepare_paging
from sqlakeyset.results import Paging
from sqlakeyset.types import Marker

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


class Listing:
    """An ordered statement to be read in pages; the order must end in a unique column.

    One that is kept in a module, with parameters for what differs, works out its order and its
    first page once: as a rule that costs more than to read the rows. What it is ordered by should
    be among its columns: what is not is added to each row and cut off again.
    """

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._first: Any = None

    def page(
        self,
        given: Mapping[str, Any] | None = None,
        *,
        limit: int = LIMIT,
        page: str | None = None,
    ) -> Page:
        """Return a page; ``given`` are the statement's parameters.

        Raises Invalid when ``page`` is no bookmark of such a list.
        """
        paging = (
            self._made_up(given or {}, limit, page)
            if page
            else self._read(given or {}, limit, Marker(None))
        )
        return Page(
            items=paging.rows,
            next=paging.bookmark_next if paging.has_next else None,
            previous=paging.bookmark_previous if paging.has_previous else None,
        )

    def _made_up(self, given: Mapping[str, Any], limit: int, page: str) -> Paging[Any]:
        """Read from a bookmark, which anybody may have made up; other failures are ours."""
        try:
            return self._read(given, limit, unserialize_bookmark(page))
        # ArgumentError: what cannot be compared, such as nothing. OverflowError: a number larger
        # than SQLite takes, an instant beyond the edge of time.
        except (
            *(BadBookmark, InvalidPage, PageSerializationError, ValueError, TypeError),
            *(sa.exc.ArgumentError, OverflowError),
        ) as error:
            raise _bad_bookmark() from error
        except sa.exc.StatementError as error:
            db.session.rollback()
            if not _is_about_values(error):
                raise
            raise _bad_bookmark() from error

    def _read(self, given: Mapping[str, Any], limit: int, marker: Marker) -> Paging[Any]:
        if marker.place or marker.backwards:
            prepared = self._prepared(marker)
        else:
            prepared = self._first = self._first or self._prepared(marker)
        found = db.session.execute(prepared.select, {**given, _MOST: limit + 1})
        return core_page_from_rows(
            prepared, found.all(), [], None, limit, marker.backwards, marker.place
        ).paging

    def _prepared(self, marker: Marker) -> Any:
        prepared = prepare_paging(
            self._statement,
            per_page=LIMIT,
            place=marker.place,
            backwards=marker.backwards,
            orm=False,
            dialect=db.session.get_bind().dialect,
        )
        # One more than fits says whether there is another page.
        return prepared._replace(
            select=prepared.select.limit(sa.bindparam(_MOST, type_=sa.Integer))
        )


_MOST = "most_rows"


def page_of(statement: sa.Select[Any], *, limit: int = LIMIT, page: str | None = None) -> Page:
    """Return a page of an ordered statement that is made anew each time; see ``Listing``.

    Raises Invalid when ``page`` is no bookmark of such a list.
    """
    return Listing(statement).page(limit=limit, page=page)


def _is_about_values(error: sa.exc.StatementError) -> bool:
    """Whether a statement failed for a value it was given, not for what it is or where it went."""
    if not isinstance(error, sa.exc.DBAPIError) or isinstance(error, sa.exc.DataError):
        return True  # it did not come to the database, or came back at once
    if state := getattr(error.orig, "sqlstate", None):
        return state in _ANOTHER_TYPE
    return isinstance(error, (sa.exc.ProgrammingError, sa.exc.InterfaceError))  # the driver's


# What PostgreSQL says of a number where an instant belongs: no such comparison, no such cast.
_ANOTHER_TYPE = frozenset({"42883", "42846", "42804"})


def _bad_bookmark() -> Invalid:
    return Invalid(
        _("This page of the list does not exist."), fields={"page": [_("Not a page of this list.")]}
    )
