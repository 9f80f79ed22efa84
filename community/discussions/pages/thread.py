"""The page of one thread: twenty posts, where else one may want to go, and a form to reply."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.pages.acts import acts_in
from community.discussions.pages.blueprint import pages
from community.discussions.pages.drafted import drafted
from community.discussions.pages.following import of_thread
from community.discussions.pages.for_scripts import for_scripts
from community.discussions.pages.given import number
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.poll_fields import adding_poll
from community.discussions.pages.posts import Acts, post_url, posts_markup
from community.discussions.pages.tags import tag_links
from community.discussions.pages.waiting import waiting_shown
from community.discussions.pages.words import KINDS, newness_of, promise_of
from community.discussions.pages.writing import Shown
from community.discussions.policy import ANSWERED, slowed_by
from community.discussions.queries import (
    PollSeen,
    body_of,
    draft_of,
    polls_of,
    post_at,
    posts_after,
    purpose_of,
    thread_head,
    waiting_in_thread,
)
from community.discussions.rules import (
    POSTS_A_PAGE,
    opening_page,
    page_start,
    quote_of,
    slowness_in_words,
)
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.frame import NavItem
from community.kernel.pages import local_time
from community.kernel.unchanged import answer
from community.spaces.policy import Silence, silence_in

MOST_JUMPS = 6  # pages named in the jump bar


@pages.route("/threads/<uuid:thread_id>")
@signed_in
def thread(thread_id: uuid.UUID) -> AnyResponse:
    """Show a page of a thread: the one with the first unread post, or the one after ``?after=``.

    ``?post=`` leads to the page of one post, ``?reply_to=`` prepares an answer to one, ``&quote=``
    with its words in the box.
    """
    asked, ctx = request.args, current_context()
    if (wanted := number(asked.get("post"))) is not None:
        head = thread_head(ctx, thread_id)
        return redirect(post_url(thread_id, min(max(1, wanted), head.last_number)), 303)
    page = ThreadPage.find(
        ctx,
        thread_id,
        after=number(asked.get("after")),
        reply_to=number(asked.get("reply_to")),
        quotes="quote" in asked,
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
    quote: str
    draft: Any
    thrown: uuid.UUID | None
    tabs: Sequence[NavItem]
    purpose: NavItem | None
    promise: str
    polls: Mapping[uuid.UUID, PollSeen]
    silence: Silence | None
    slow: int
    newness: str
    waiting: Sequence[Any]

    @classmethod
    def find(
        cls,
        ctx: Context,
        thread_id: uuid.UUID,
        *,
        after: int | None,
        reply_to: int | None,
        quotes: bool = False,
    ) -> "ThreadPage":
        """Read a page of a thread: three statements.

        One more to answer another page's post, one where that one is quoted, one for the polls of
        the page, one where a question waits, one where posts wait for approval, and one where
        something holds for who is new.

        What it is there for is said by the features above.
        """
        head = thread_head(ctx, thread_id)
        start = opening_page(head.read_number, head.last_number) if after is None else after
        start = min(start, page_start(head.last_number))
        # Posts that came since the head was read are told by the stream, once.
        rows = posts_after(ctx, thread_id, start, min(POSTS_A_PAGE, head.last_number - start))
        acts = acts_in(ctx, head)
        draft, thrown = draft_of(ctx, thread_id) if acts.replies else (None, None)
        if reply_to is None and draft is not None:
            reply_to = draft.reply_to
        answered = _answered(ctx, head, rows, reply_to)
        return cls(
            head=head,
            rows=rows,
            start=start,
            acts=acts,
            answered=answered,
            quote=_quote(head, answered) if quotes and answered else "",
            draft=draft,
            thrown=thrown,
            tabs=thread_tabs(head),
            purpose=purpose_of(ctx, thread_id),
            promise=promise_of(ctx, head.space_id) if _waits(head) else "",
            polls=polls_of(ctx, [row.id for row in rows if row.has_poll]),
            silence=silence_in(ctx, head.space_id),
            slow=slowed_by(ctx, head.space_id) if acts.replies else 0,
            newness=newness_of(ctx, head.space_id) if acts.replies else "",
            waiting=waiting_in_thread(ctx, thread_id) if head.something_waits else (),
        )

    def values(self) -> dict[str, Any]:
        """Return what the template reads."""
        head, who, acts = self.head, reader(), self.acts
        first_unread = _first_unread(head)
        unread_here = first_unread is not None and page_start(first_unread) == self.start
        return {
            "thread": head,
            "posts": posts_markup(self.rows, acts, self.polls),
            "start": self.start,
            "last_page": page_start(head.last_number),
            "page_length": POSTS_A_PAGE,
            "first_unread": first_unread,
            "may_reply": acts.replies,
            "silence": self.silence,
            "newness": self.newness,
            "slowness": slowness_in_words(self.slow) if self.slow else "",
            "waiting": waiting_shown(
                self.waiting, acts.me, writes=acts.own.edits, leads=acts.decides
            ),
            "may_react": acts.others.reacts,
            "may_remove": acts.others.removes,
            "may_move": acts.moves,
            "may_accept": acts.accepts,
            "may_rename": acts.renames,
            "may_keep": acts.keeps,
            "merged_url": _thread_of(head.merged_into),
            "answer_url": post_url(head.id, head.answer) if head.answer else None,
            "archived": head.space_archived_at is not None,
            "answered": self.answered,
            "tabs": self.tabs,
            "purpose": self.purpose,
            "kind": KINDS[head.kind],
            "tags": tag_links(head.space_slug, head.tags),
            "for_scripts": for_scripts(acts.replies, acts.own, acts.others, acts.accepts),
            "reader_zone": who.zone,
            "jumps": _jumps(head, first_unread),
            "current_jump": first_unread if unread_here else self.start + 1,
            "following": of_thread(head),
            "promise": self.promise,
            "typed": _typed(self.draft, self.quote),
            "drafted": drafted(self.draft, self.thrown),
            "box": Shown(),
            "adding_poll": adding_poll(),
            "errors": {},
        }


def _waits(head: Any) -> bool:
    """Whether a thread is a question to which nobody has said a word yet."""
    return head.kind in ANSWERED and head.answer is None and head.standing == 1


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


def _thread_of(key: uuid.UUID | None) -> str | None:
    return url_for("discussions.thread", thread_id=key) if key else None


def _typed(draft: Any, quote: str) -> str:
    """Return what stands in the box: what was begun, and below it what is to be quoted."""
    begun = draft.body if draft else ""
    return f"{begun}\n\n{quote}" if begun and quote else begun or quote


def _quote(head: Any, answered: dict[str, Any]) -> str:
    """Return the words of the answered post as a quotation with the way to it."""
    post = body_of(head.id, answered["number"])
    if post is None:
        return ""
    by = _("%(name)s, post %(number)d", name=answered["name"], number=answered["number"])
    return quote_of(post.id, by, post.body)


def _first_unread(head: Any) -> int | None:
    """Return the number of the first unread post; None if all, or nothing at all, is read."""
    if head.new and head.read_number:
        return int(head.read_number) + 1
    return None


def _answered(ctx: Context, head: Any, rows: Any, number: int | None) -> dict[str, Any] | None:
    """Return number and author of the post that is to be answered, None for none such."""
    if number is None or not 1 <= number <= head.last_number:
        return None
    on_page = (row for row in rows if row.number == number)
    row = next(on_page, None) or post_at(ctx, head.id, number)
    if row is None or row.removal is not None:
        return None
    return {"number": row.number, "name": row.author_name}
