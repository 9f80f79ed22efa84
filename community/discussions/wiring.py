"""The discussions feature, assembled."""

import datetime as dt

from flask_babel import lazy_gettext as _l

from community.discussions import models as models
from community.discussions.api import api
from community.discussions.events import (
    PostEdited,
    PostRemoved,
    PostRestored,
    ReplyPosted,
    ThreadChanged,
)
from community.discussions.operations import erase, wipe_removed
from community.discussions.pages import pages
from community.discussions.queries import personal, unread_by_space
from community.discussions.schemas import render_posts, render_threads
from community.discussions.sockets import POST_CHANGED, REPLY_POSTED, SOCKETS, THREAD_CHANGED
from community.kernel.context import Context
from community.kernel.events import Event
from community.kernel.feature import Feature, Live, Periodic, Personal
from community.kernel.frame import Frame, Tab
from community.kernel.realtime.connection import stream_room


def _frame(ctx: Context, frame: Frame) -> None:
    """Count what is unread beside each space of the rail."""
    if not frame.spaces:
        return
    unread = unread_by_space(ctx)
    for space in frame.spaces:
        space.unread = unread.get(space.id, 0)


def _live(event: type[Event], name: str) -> Live:
    """Show an event of a thread to those who are looking at it."""
    return Live(
        event=event,
        name=name,
        room=lambda happened: stream_room(happened.thread_id),
        render_many=render_posts,
    )


FEATURE = Feature(
    name="discussions",
    pages=(pages,),
    apis=(api,),
    live=(
        _live(ReplyPosted, REPLY_POSTED),
        *(_live(event, POST_CHANGED) for event in (PostEdited, PostRemoved, PostRestored)),
        Live(
            event=ThreadChanged,
            name=THREAD_CHANGED,
            room=lambda event: stream_room(event.thread_id),
            render_many=render_threads,
        ),
    ),
    sockets=SOCKETS,
    frame=_frame,
    tabs=(Tab(order=30, label=_l("Talk"), endpoint="discussions.thread_list", icon="talk"),),
    periodic=(Periodic(name="discussions.wipe", every=dt.timedelta(hours=1), run=wipe_removed),),
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l("What you wrote in threads, so that the answers of others still make sense."),
    ),
)
