"""Search over JSON."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.http import limiter
from community.kernel.unstored import unstored
from community.search.models import EntryKind
from community.search.queries.finding import search
from community.search.queries.suggesting import suggest
from community.search.schemas import (
    SearchIn,
    SearchOut,
    SuggestIn,
    SuggestionsOut,
    as_results,
    as_suggestion,
)

OFTEN = "60 per minute"
WHILE_TYPING = "90 per minute"  # what the field asks as one types
SUGGESTIONS = "search_api.suggestions"

api = ApiBlueprint("search", "One search over threads, posts, people, course pages and sessions")


@api.route("/search")
@signed_in
@limiter.limit(OFTEN)
@api.arguments(SearchIn, location="query")
@api.response(200, SearchOut)
def find(given: dict[str, Any]) -> Mapping[str, Any]:
    """Search everything you may read.

    Beside words a question may hold "a phrase", -without, in:space, from:name, has:file,
    has:picture, has:poll, has:code, has:answer, is:solved, is:unsolved, is:question and other
    kinds of thread, is:person and other kinds of result, before:2026-03-01 and after:2026-03.
    """
    kind = EntryKind(given["kind"]) if given["kind"] else None
    found = search(
        current_context(),
        given["q"],
        kind=kind,
        page=given["page"],
        limit=given["limit"],
        zone=reader().zone,
    )
    return as_results(found)


@api.route("/search/suggestions")
@signed_in
@limiter.limit(WHILE_TYPING)
@api.arguments(SuggestIn, location="query")
@api.response(200, SuggestionsOut)
def suggestions(given: dict[str, Any]) -> Mapping[str, Any]:
    """List at most five things whose title or name says what you type, its last word in part.

    People, spaces, threads, course pages and sessions you may read; filters count as in a search.
    No cache keeps the answer.
    """
    found = suggest(current_context(), given["q"], zone=reader().zone)
    return {"items": [as_suggestion(each) for each in found]}


@api.after_request
def _apart(response: Response) -> Response:
    """Keep what somebody began to type out of what their browser keeps."""
    return unstored(response) if request.endpoint == SUGGESTIONS else response
