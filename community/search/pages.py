"""The page of results."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.frame import Frame
from community.kernel.http import limiter
from community.search.models import EntryKind
from community.search.queries.finding import A_PAGE, Results, last_page, search
from community.search.queries.matching import MOST
from community.search.rules.asking import LONGEST, THREADS, Hint, unfiltered
from community.search.rules.words import words
from community.search.schemas import drawn

OFTEN = "60 per minute"

pages = Blueprint("search", __name__)

SEVERAL = {
    EntryKind.THREAD: _l("Threads"),
    EntryKind.POST: _l("Posts"),
    EntryKind.PERSON: _l("People"),
    EntryKind.PAGE: _l("Course pages"),
    EntryKind.SESSION: _l("Sessions"),
}
FILTERS = (
    ('"low water"', _l("these words beside each other")),
    ("-tide", _l("not this word")),
    ("in:academy", _l("in this space, by its name or a part of it")),
    ("from:ana", _l("written by whoever is called so; from:me is you")),
    ('from:"ana lima"', _l("a name of several words stands in quotation marks")),
    ("has:file", _l("with a file; also has:picture, has:poll, has:code, has:answer")),
    ("is:solved", _l("questions with an answer; is:unsolved are those without")),
    ("is:question", _l("of this kind; also is:discussion, is:person, is:session and others")),
    ("after:2026-03", _l("from after this month; before: and after: take days and years too")),
)
"""What can be asked beside words, each with an example."""


def contribute(_ctx: Context, frame: Frame) -> None:
    """Say where every page's field leads, and where it is suggested what to look for."""
    frame.search_url = url_for("search.find")
    frame.suggestions_url = url_for("search_api.suggestions")


@pages.route("/search")
@signed_in
@limiter.limit(OFTEN)
def find() -> str:
    """Show what is found by ``?q=``; ``&kind=`` shows one kind alone."""
    typed = request.args.get("q", "")
    query, kind = typed[:LONGEST].strip(), _kind(request.args.get("kind", ""))
    found = search(
        current_context(),
        query,
        kind=kind,
        page=_number(request.args.get("page", "")),
        zone=reader().zone,
    )
    bare = unfiltered(query)
    return render_template(
        "search/find.html",
        query=query,
        cut=len(typed) > LONGEST,
        longest=LONGEST,
        found=found,
        asked=not found.asked.is_empty,
        tabs=_tabs(query, found),
        items=[(each, *drawn(each)) for each in found.items],
        hints=[_said(hint) for hint in found.asked.hints],
        filters=FILTERS,
        previous=_address(query, kind, found.page - 1) if found.page > 1 else None,
        next=_address(query, kind, found.page + 1) if found.more else None,
        last=found.page == last_page(A_PAGE),
        everything=_address(query, None),
        bare=bare,
        narrowed=bare.split() != query.split(),
        unfiltered=_address(bare, None) if words(bare) else None,
    )


def _kind(text: str) -> EntryKind | None:
    return next((kind for kind in EntryKind if kind.value == text), None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _address(query: str, kind: EntryKind | None, page: int = 1) -> str:
    # not remembered by address: there are as many as there are questions
    given: Mapping[str, Any] = {
        "q": query,
        "kind": kind.value if kind else None,
        "page": page if page > 1 else None,
    }
    return url_for("search.find", **given)


def _tabs(query: str, found: Results) -> list[dict[str, Any]]:
    """Return the kinds of what was found, each with how much there is."""
    there = {kind: count for kind, count in found.counts.items() if count or kind is found.kind}
    tabs: list[dict[str, Any]] = [
        {
            "label": _("All"),
            "url": _address(query, None),
            "count": _count(found.total, any(c >= MOST[k] for k, c in there.items())),
            "current": found.kind is None,
        }
    ]
    for kind, count in there.items():
        tabs.append(
            {
                "label": SEVERAL[kind],
                "url": _address(query, kind),
                "count": _count(count, count >= MOST[kind]),
                "current": found.kind is kind,
            }
        )
    return tabs


def _count(number: int, more: bool) -> str:
    return f"{number}+" if more else str(number)


def _said(hint: Hint) -> str:
    """Return what to do about a filter that could not be used."""
    given = {"given": hint.given[:60]}
    kinds = ", ".join(("solved", "unsolved", *THREADS, *(kind.value for kind in EntryKind)))
    words = {
        "in": _("You belong to no space called “%(given)s”.", **given),
        "from": _("After “from:” comes a name."),
        "has": _("“has:” takes file, picture, poll, code or answer, not “%(given)s”.", **given),
        "is": _("“is:” takes one of these: %(kinds)s.", kinds=kinds),
        "before": _("“%(given)s” is no day. Write it like 2026-03-01.", **given),
        "after": _("“%(given)s” is no day. Write it like 2026-03-01.", **given),
    }
    turned = _("A filter cannot be turned round: “%(name)s:” was left out.", name=hint.name)
    return str(words.get(hint.name, turned))
