"""The page of one thread: twenty posts, where else one may want to go, and a form to reply."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.posts import Acts, post_url, posts_markup
from community.discussions.pages.words import KINDS, ROLES
from community.discussions.policy import may_accept_answer, may_reply
from community.discussions.queries import post_at, posts_after, thread_head
from community.discussions.rules import POSTS_A_PAGE, opening_page, page_start
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.frame import NavItem
from community.kernel.installed import installed
from community.kernel.json import dumps
from community.kernel.pages import local_time
from community.kernel.unchanged import answer
from community.spaces.policy import facilitates, takes_part

MOST_JUMPS = 6  # pages named in the jump bar


@pages.route("/threads/<uuid:thread_id>")
@signed_in
def thread(thread_id: uuid.UUID) -> AnyResponse:
    """Show a page of a thread: the one with the first unread post, or the one after ``?after=``.

    ``?post=`` leads to the page of one post, ``?reply_to=`` prepares an answer to one.
    """
    asked, ctx = request.args, current_context()
    if (wanted := number(asked.get("post"))) is not None:
        head = thread_head(ctx, thread_id)
        return redirect(post_url(thread_id, min(max(1, wanted), head.last_number)), 303)
    page = ThreadPage.find(
        ctx, thread_id, after=number(asked.get("after")), reply_to=number(asked.get("reply_to"))
    )
    return answer("discussions/thread.html", page, page.values)


@dataclasses.dataclass(frozen=True, slots=True)
class ThreadPage:
    """All that decides what a page of a thread shows; ``values`` makes it ready to be drawn."""

    head: Any
    rows: Sequence[Any]
    start: int
    acts: Acts
    answered: dict[str, Any] | None
    tabs: Sequence[NavItem]
    purpose: NavItem | None

    @classmethod
    def find(
        cls, ctx: Context, thread_id: uuid.UUID, *, after: int | None, reply_to: int | None
    ) -> "ThreadPage":
        """Read a page of a thread: two statements, a third to answer another page's post.

        What it is there for is said by the features above.
        """
        head = thread_head(ctx, thread_id)
        start = opening_page(head.read_number, head.last_number) if after is None else after
        start = min(start, page_start(head.last_number))
        # Posts that came since the head was read are told by the stream, once.
        rows = posts_after(thread_id, start, min(POSTS_A_PAGE, head.last_number - start))
        return cls(
            head=head,
            rows=rows,
            start=start,
            acts=_acts(ctx, head),
            answered=_answered(head, rows, reply_to),
            tabs=thread_tabs(head),
            purpose=_purpose(ctx, thread_id),
        )

    def values(self) -> dict[str, Any]:
        """Return what the template reads."""
        head, who = self.head, reader()
        first_unread = _first_unread(head)
        unread_here = first_unread is not None and page_start(first_unread) == self.start
        return {
            "thread": head,
            "posts": posts_markup(self.rows, self.acts),
            "start": self.start,
            "last_page": page_start(head.last_number),
            "page_length": POSTS_A_PAGE,
            "first_unread": first_unread,
            "may_reply": self.acts.replies,
            "may_write": self.acts.writes,
            "may_remove": self.acts.leads,
            "may_accept": self.acts.accepts,
            "may_rename": self.acts.writes and (self.acts.leads or head.author_id == self.acts.me),
            "answer_url": post_url(head.id, head.answer) if head.answer else None,
            "archived": head.space_archived_at is not None,
            "answered": self.answered,
            "tabs": self.tabs,
            "purpose": self.purpose,
            "kind": KINDS[head.kind],
            "role_words": dumps({role: str(words) for role, words in ROLES.items()}),
            "reader_zone": who.zone,
            "jumps": _jumps(head, first_unread),
            "current_jump": first_unread if unread_here else self.start + 1,
            "typed": "",
            "errors": {},
        }


def _acts(ctx: Context, head: Any) -> Acts:
    """Return what the actor may do with the posts of a thread; nothing in an archived space."""
    if head.space_archived_at is not None:
        return Acts(ctx.actor_id, answer=head.answer)
    return Acts(
        ctx.actor_id,
        replies=may_reply(ctx, head),
        writes=takes_part(ctx, head.space_id),
        leads=facilitates(ctx, head.space_id),
        accepts=may_accept_answer(ctx, head),
        answer=head.answer,
    )


def _purpose(ctx: Context, thread_id: uuid.UUID) -> NavItem | None:
    """Return what a thread is there for, by the first feature that knows."""
    asked = (feature.purpose for feature in installed().features if feature.purpose)
    return next((found for purpose in asked if (found := purpose(ctx, thread_id))), None)


def _jumps(head: Any, first_unread: int | None) -> list[tuple[int, str, str]]:
    """Return where one may want to go, at most ten: the number of a post, words, the address."""
    last = head.last_number
    found = {1: _("The beginning")}
    starts = list(range(POSTS_A_PAGE, last, POSTS_A_PAGE))
    for start in starts[:: max(1, -(-len(starts) // MOST_JUMPS))]:
        end = min(start + POSTS_A_PAGE, last)
        found[start + 1] = _("to %(number)d", number=end) if end > start + 1 else ""
    if last > 1:
        found[last] = _("The last, %(when)s", when=local_time(head.last_posted_at, "short"))
    places = {number: post_url(head.id, number) for number in found}
    if first_unread is not None:
        found[first_unread] = _("First unread")
        places[first_unread] = url_for("discussions.thread", thread_id=head.id, _anchor="new")
    return sorted((number, words, places[number]) for number, words in found.items())


def _first_unread(head: Any) -> int | None:
    """Return the number of the first unread post; None if all, or nothing at all, is read."""
    if head.new and head.read_number:
        return int(head.read_number) + 1
    return None


def _answered(head: Any, rows: Any, number: int | None) -> dict[str, Any] | None:
    """Return number and author of the post that is to be answered, None for none such."""
    if number is None or not 1 <= number <= head.last_number:
        return None
    on_page = (row for row in rows if row.number == number)
    row = next(on_page, None) or post_at(head.id, number)
    if row is None or row.removal is not None:
        return None
    return {"number": row.number, "name": row.author_name}
