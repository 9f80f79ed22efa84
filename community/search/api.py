"""Search over JSON."""

from collections.abc import Mapping
from typing import Any

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.http import limiter
from community.search.models import EntryKind
from community.search.queries.finding import search
from community.search.schemas import SearchIn, SearchOut, as_results

OFTEN = "60 per minute"

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
