"""The discussions feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.discussions import models as models
from community.discussions.api import api
from community.discussions.events import ReplyPosted
from community.discussions.pages import pages
from community.discussions.queries import personal, unread_by_space
from community.discussions.schemas import render_replies
from community.discussions.sockets import REPLY_POSTED, SOCKETS
from community.kernel.context import Context
from community.kernel.feature import Feature, Live, Personal
from community.kernel.frame import Frame, Tab
from community.kernel.realtime.connection import stream_room


def _frame(ctx: Context, frame: Frame) -> None:
    """Count what is unread beside each space of the rail."""
    if not frame.spaces:
        return
    unread = unread_by_space(ctx)
    for space in frame.spaces:
        space.unread = unread.get(space.id, 0)


FEATURE = Feature(
    name="discussions",
    pages=(pages,),
    apis=(api,),
    live=(
        Live(
            event=ReplyPosted,
            name=REPLY_POSTED,
            room=lambda event: stream_room(event.thread_id),
            render_many=render_replies,
        ),
    ),
    sockets=SOCKETS,
    frame=_frame,
    tabs=(Tab(order=30, label=_l("Talk"), endpoint="discussions.thread_list", icon="talk"),),
    personal=Personal(
        export=personal,
        stays=_l("What you wrote in threads, so that the answers of others still make sense."),
    ),
)
