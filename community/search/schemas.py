"""What is asked for and what was found, over JSON; and what something found is called."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from community.discussions.models import ThreadKind
from community.kernel.addresses import url_for
from community.kernel.schemas import In, Out, PersonOut
from community.search.models import EntryKind
from community.search.queries.finding import A_PAGE, MOST_SHOWN, Results, last_page
from community.search.queries.matching import MOST
from community.search.queries.showing import Found
from community.search.queries.suggesting import FoundSpace
from community.search.rules.asking import LONGEST

KINDS = [kind.value for kind in EntryKind]
SPACE = "space"  # suggested, and not searched for
ONE = {
    EntryKind.POST: _l("Post"),
    EntryKind.PERSON: _l("Person"),
    EntryKind.PAGE: _l("Course page"),
    EntryKind.SESSION: _l("Session"),
}
OF_THREADS = {
    ThreadKind.QUESTION: _l("Question"),
    ThreadKind.DISCUSSION: _l("Discussion"),
    ThreadKind.ANNOUNCEMENT: _l("Announcement"),
    ThreadKind.ASK: _l("Ask"),
    ThreadKind.OFFER: _l("Offer"),
    ThreadKind.SHOW_AND_TELL: _l("Show and tell"),
}


class SearchIn(In):
    """A question as it is typed, with its filters; ``kind`` shows one kind alone."""

    q = fields.String(required=True, validate=validate.Length(max=LONGEST))
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    page = fields.Integer(load_default=1, validate=validate.Range(1, MOST_SHOWN))
    limit = fields.Integer(load_default=A_PAGE, validate=validate.Range(1, A_PAGE))

    @validates_schema
    def _page_is_there(self, data: dict[str, Any], **_more: Any) -> None:
        if data["page"] > last_page(data["limit"]):
            raise ValidationError(_("There is no such page."), "page")


class PieceOut(Out):
    """A stretch of plain text; ``hit``: it was looked for."""

    text = fields.String(required=True)
    hit = fields.Boolean(required=True)


class FoundSpaceOut(Out):
    """The space in which something was found."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class FoundOut(Out):
    """Something that was found; what it has not, is null.

    ``number`` is a post's in its thread, ``module`` and ``activity`` are the places of a course
    page, ``at`` is when it was written or, of a session, when it begins.
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = fields.UUID(required=True)
    title = fields.List(fields.Nested(PieceOut), required=True)
    passage = fields.List(fields.Nested(PieceOut), required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    space = fields.Nested(FoundSpaceOut, required=True, allow_none=True)
    author = fields.Nested(PersonOut, required=True, allow_none=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
    module = fields.Integer(required=True, allow_none=True)
    activity = fields.Integer(required=True, allow_none=True)


class SuggestIn(In):
    """What is being typed, with its filters."""

    q = fields.String(required=True, validate=validate.Length(max=LONGEST))


class SuggestionOut(Out):
    """Something whose title or name says what is typed."""

    kind = fields.String(required=True, validate=validate.OneOf([*KINDS, SPACE]))
    title = fields.String(required=True)
    about = fields.String(
        required=True, metadata={"description": "What it is and where, in your language."}
    )
    address = fields.String(required=True, metadata={"description": "A path on this site."})


class SuggestionsOut(Out):
    """What is suggested, at most five: people, spaces, threads, course pages, sessions."""

    items = fields.List(fields.Nested(SuggestionOut), required=True)


class CountOut(Out):
    """How much of a kind was found; ``more``: or more than that."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    found = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class HintOut(Out):
    """A filter that could not be used, and what was given for it."""

    filter = fields.String(required=True)
    given = fields.String(required=True)


class SearchOut(Out):
    """What was found, the best first; ``next`` is the number of the next page."""

    items = fields.List(fields.Nested(FoundOut), required=True)
    counts = fields.List(fields.Nested(CountOut), required=True)
    hints = fields.List(fields.Nested(HintOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


def as_results(found: Results) -> Mapping[str, Any]:
    """Return what was found in the shape ``SearchOut`` dumps."""
    return {
        "items": [_item(each) for each in found.items],
        "counts": [
            {"kind": kind.value, "found": count, "more": count >= MOST[kind]}
            for kind, count in found.counts.items()
        ],
        "hints": [{"filter": hint.name, "given": hint.given} for hint in found.asked.hints],
        "next": found.page + 1 if found.more else None,
    }


def _item(each: Found) -> Mapping[str, Any]:
    space = {"slug": each.space_slug, "name": each.space_name}
    return {
        "kind": each.kind.value,
        "id": each.id,
        "title": each.title,
        "passage": each.passage,
        "at": each.at,
        "space": space if each.space_slug else None,
        "author": each.author,
        "thread_id": each.thread_id,
        "number": each.number,
        "module": each.module,
        "activity": each.activity,
    }


def as_suggestion(each: Found | FoundSpace) -> Mapping[str, str]:
    """Return what is suggested in the shape ``SuggestionOut`` dumps."""
    if isinstance(each, FoundSpace):
        address = url_for("home.space", slug=each.slug)
        return {"kind": SPACE, "title": each.name, "about": _("Space"), "address": address}
    address, named = drawn(each)
    about = " · ".join(filter(None, (named, each.space_name)))
    return {"kind": each.kind.value, "title": each.name, "about": about, "address": address}


def drawn(each: Found) -> tuple[str, str]:
    """Return where something is, and what it is called."""
    if each.kind is EntryKind.PERSON:
        return url_for("spaces.person", user_id=each.id), str(ONE[each.kind])
    if each.kind is EntryKind.SESSION:
        return url_for("live.session", session_id=each.id), str(ONE[each.kind])
    if each.kind is EntryKind.PAGE:
        place = {"slug": each.space_slug, "module": each.module, "activity": each.activity}
        return url_for("progress.activity", **place), str(ONE[each.kind])
    number = each.number if each.kind is EntryKind.POST else None
    url = url_for("discussions.thread", thread_id=each.thread_id, post=number)
    named = OF_THREADS[each.thread_kind] if each.thread_kind and not number else ONE[EntryKind.POST]
    return url, str(named)
