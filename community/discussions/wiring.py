"""The discussions feature, assembled."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from community.discussions import models as models
from community.discussions.api import api
from community.discussions.events import (
    PollChanged,
    PostEdited,
    PostReacted,
    PostRemoved,
    PostRestored,
    ReplyPosted,
    ThreadChanged,
)
from community.discussions.models import PostDraft
from community.discussions.operations import erase, render_again, sweep_attachments, wipe_removed
from community.discussions.pages import block_part, contribute, pages
from community.discussions.queries import personal
from community.discussions.rules import DISCARDED_KEPT_FOR, DRAFTS_KEPT_FOR
from community.discussions.schemas import render_polls, render_posts, render_tallies, render_threads
from community.discussions.sockets import (
    MOVED,
    POLLED,
    POST_CHANGED,
    POSTS_MOVED,
    REACTED,
    REPLY_POSTED,
    SOCKETS,
    THREAD_CHANGED,
)
from community.kernel.context import Context
from community.kernel.events import Event
from community.kernel.feature import Feature, Live, Periodic, Personal, Sweep
from community.kernel.frame import Frame, Tab
from community.kernel.log import Logged
from community.kernel.realtime.connection import stream_room

Render = Callable[[Context, Sequence[Logged]], list[dict[str, Any] | None]]


def _frame(_ctx: Context, frame: Frame) -> None:
    """Add to one's own pages. What is unread in each space stands beside the inbox's count."""
    contribute(frame)


def _forgotten(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Drafts that nobody goes on with, and those thrown away."""
    return sa.or_(
        PostDraft.saved_at < now - DRAFTS_KEPT_FOR,
        PostDraft.discarded_at < now - DISCARDED_KEPT_FOR,
    )


def _live(event: type[Event], name: str, render: Render = render_posts) -> Live:
    """Show an event of a thread to those who are looking at it."""
    return Live(
        event=event,
        name=name,
        room=lambda happened: stream_room(happened.thread_id),
        render_many=render,
    )


def _often(event: type[Event], name: str, render: Render) -> Live:
    """Show what happens often to those who look: of equal events within a moment, one."""
    return dataclasses.replace(_live(event, name, render), pause=dt.timedelta(seconds=0.25))


FEATURE = Feature(
    name="discussions",
    pages=(pages,),
    apis=(api,),
    live=(
        _live(ReplyPosted, REPLY_POSTED),
        *(_live(event, POST_CHANGED) for event in (PostEdited, PostRemoved, PostRestored)),
        _live(ThreadChanged, THREAD_CHANGED, render_threads),
        *(_live(event, POSTS_MOVED, render_threads) for event in MOVED),
        _often(PostReacted, REACTED, render_tallies),
        _often(PollChanged, POLLED, render_polls),
    ),
    sockets=SOCKETS,
    frame=_frame,
    parts={"person": block_part},
    tabs=(Tab(order=30, label=_l("Talk"), endpoint="discussions.thread_list", icon="talk"),),
    sweeps=(Sweep(model=PostDraft, old=_forgotten),),
    periodic=(
        Periodic(name="discussions.wipe", every=dt.timedelta(hours=1), run=wipe_removed),
        Periodic(
            name="discussions.attachments", every=dt.timedelta(hours=6), run=sweep_attachments
        ),
        Periodic(name="discussions.render", every=dt.timedelta(seconds=5), run=render_again),
    ),
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l(
            "What you wrote in threads, and what you attached to it, so that the answers of others"
            " still make sense."
        ),
    ),
)
