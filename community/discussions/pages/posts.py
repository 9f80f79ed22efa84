"""A post as pages show it, and where it is."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from community.discussions.models import Removal
from community.discussions.pages.poll_view import PollActs, poll_markup
from community.discussions.pages.words import FROM_ARCHIVE, REACTIONS, ROLES
from community.discussions.queries import PollSeen
from community.discussions.rules import page_start
from community.discussions.schemas import as_post, kept, own_kinds
from community.kernel.addresses import url_for
from community.kernel.doors import reader
from community.kernel.pages import time_in

_TIME = Markup("\0")  # stands where time and poll will be; nothing that people write holds one
NO_POLLS: Mapping[uuid.UUID, PollSeen] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class PostActs:
    """What somebody may do with the posts of somebody, as the rules say.

    ``keeps``: close its poll; ``restores``: put it back, by how it was taken away.
    """

    edits: bool = False
    removes: bool = False
    reacts: bool = False
    votes: bool = False
    keeps: bool = False
    restores: tuple[Removal, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Acts:
    """What somebody may do with a thread and its posts: ``own`` ones, and those of ``others``.

    ``replies``: write new ones; ``renames``, ``keeps`` and ``moves`` the thread; ``decides`` about
    those of others that wait for approval; ``accepts``: say which one, other than ``answer``,
    answers the question.
    """

    me: uuid.UUID | None = None
    replies: bool = False
    renames: bool = False
    keeps: bool = False
    moves: bool = False
    decides: bool = False
    accepts: bool = False
    answer: int | None = None
    own: PostActs = PostActs()
    others: PostActs = PostActs()


def post_url(thread_id: uuid.UUID, number: int) -> str:
    """Return the address of one post, on its page."""
    return _on_page(_thread_url(thread_id), number)


def _thread_url(thread_id: uuid.UUID) -> str:
    return url_for("discussions.thread", thread_id=thread_id)


def _on_page(thread_url: str, number: int) -> str:
    # By hand: there are as many as posts, and all of a thread have one beginning.
    return f"{thread_url}?after={page_start(number)}#p{number}"


def posts_markup(
    rows: Sequence[Any], acts: Acts, polls: Mapping[uuid.UUID, PollSeen] = NO_POLLS
) -> list[tuple[int, Markup]]:
    """Return number and markup of posts as the reader sees them.

    ``rows`` are of ``posts_after``. Made anew are only the time and the ``polls`` (by their posts),
    which are the reader's own. What somebody wrote whom the reader blocks is folded.
    """
    who, found = reader(), []
    for row in rows:
        mine = row.owner_id == acts.me
        here = acts.own if mine else acts.others
        if row.removal is None:
            accepts = acts.accepts and row.number > 1
            may = _May(
                acts.replies,
                here.edits,
                here.removes,
                accepts,
                accepted=row.number == acts.answer,
                react=here.reacts,
                report=not mine,
            )
            before, after = _around_time(row, who.language, may)
            if row.has_poll:
                poll = polls.get(row.id)  # it may have been taken out since
                own = PollActs(votes=here.votes, keeps=here.keeps)
                drawn = poll_markup(poll, own) if poll else Markup()
                after = drawn.join(after.split(_TIME))
        elif row.removal is Removal.MOVED:
            before, after = _around_moved(row, who.language)
        else:
            restores = row.removal in here.restores
            before, after = _around_removed(row, who.language, restores)
        time = time_in(who.zone, who.language, row.created_at, "short")
        made = Markup(f"{before}{time}{after}")  # noqa: S704  # all three are
        if row.by_blocked and row.removal is None:
            # the way to the post leads to its fold: a browser unfolds what an address names within
            made = _macros().folded(row.number, made.replace(f' id="p{row.number}"', "", 1))
        found.append((row.number, made))
    return found


def _macros() -> Any:
    return current_app.jinja_env.get_template("discussions/_post.html").module


class _May(NamedTuple):
    """What its reader may do with one post; ``accepted``: it answers the question."""

    reply: bool
    edit: bool
    remove: bool
    accept: bool
    accepted: bool
    react: bool
    report: bool


@kept
def _around_time(row: Any, _language: str, may: _May) -> tuple[Markup, Markup]:
    """Return what stands before and after a post's time, kept under all that it says."""
    here, own = _thread_url(row.thread_id), url_for("discussions.post", post_id=row.id)
    made: Markup = _macros().post(
        as_post(row),
        role=str(FROM_ARCHIVE if row.from_archive else ROLES.get(row.author_role, "")),
        url=_on_page(here, row.number),
        person_url=url_for("spaces.person", user_id=row.author_id) if row.author_role else "",
        answered_url=post_url(row.other_thread_id, row.reply_to) if row.reply_to else "",
        reply_url=f"{here}?after={page_start(row.number)}&reply_to={row.number}#reply"
        if may.reply
        else None,
        quote_url=f"{here}?after={page_start(row.number)}&reply_to={row.number}&quote=yes#reply"
        if may.reply
        else None,
        edit_url=f"{own}/edit" if may.edit else None,
        remove_url=f"{own}/remove" if may.remove else None,
        report_url=f"{own}/report" if may.report else None,
        editions_url=f"{own}/editions",
        accepts=may.accept,
        accepted=may.accepted,
        react_url=f"{own}/reactions",
        mine=own_kinds(row.mine),
        reacts=may.react,
        reaction_words=REACTIONS,
        poll=_TIME if row.has_poll else "",
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after


@kept
def _around_moved(row: Any, _language: str) -> tuple[Markup, Markup]:
    """Return what stands before and after the time in the old place of a post that was moved."""
    to = row.moved_to and post_url(row.other_thread_id, row.moved_to)
    made: Markup = _macros().moved(
        row.number,
        to=to,
        to_number=row.moved_to,
        to_title=row.other_title,
        url=_on_page(_thread_url(row.thread_id), row.number),
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after


@kept
def _around_removed(row: Any, _language: str, restores: bool) -> tuple[Markup, Markup]:
    """Return what stands before and after the time of a post that was taken away."""
    made: Markup = _macros().removed(
        row.number,
        row.removal is Removal.AUTHOR,
        url=_on_page(_thread_url(row.thread_id), row.number),
        restore_url=url_for("discussions.restore", post_id=row.id) if restores else None,
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after
