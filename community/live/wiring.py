"""The live feature, assembled."""

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from community.kernel.feature import Feature, Live, Periodic, Personal, Sweep, Tick
from community.kernel.frame import Tab
from community.kernel.realtime.connection import stream_room
from community.live import sockets
from community.live.api import api
from community.live.events import REPLANNED
from community.live.models import LiveSession, Presence, SessionState
from community.live.operations import end_forgotten_sessions
from community.live.pages import pages
from community.live.queries.personal import personal
from community.live.reactions import on_member_removed, on_role_changed
from community.live.schemas import CHANGED, NAMES, render_changes, render_many
from community.spaces.events import MemberRemoved, RoleChanged

LEFT = dt.timedelta(days=1)  # then a lease is old: its time is in the attendance


def _old(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return, for a WHERE, which leases are of no more use; those of a session that runs are."""
    running = sa.select(LiveSession.id).where(LiveSession.state == SessionState.LIVE)
    return sa.and_(Presence.left_at < now - LEFT, Presence.session_id.not_in(running))


FEATURE = Feature(
    name="live",
    pages=(pages,),
    apis=(api,),
    reactions=((MemberRemoved, on_member_removed), (RoleChanged, on_role_changed)),
    live=(
        *(
            Live(
                event=event,
                name=name,
                room=lambda event: stream_room(event.session_id),
                render_many=render_many,
            )
            for event, name in NAMES.items()
        ),
        *(
            Live(
                event=event,
                name=CHANGED,
                room=lambda event: sockets.calendar_room(event.space_id),
                render_many=render_changes,
            )
            for event in REPLANNED
        ),
    ),
    sockets=sockets.SOCKETS,
    socket_closed=sockets.socket_closed,
    ticks=(
        Tick(name="live.leases", every=dt.timedelta(seconds=10), run=sockets.keep_leases),
        Tick(name="live.people", every=dt.timedelta(seconds=1), run=sockets.PeopleWatch()),
    ),
    periodic=(
        Periodic(name="live.forgotten", every=dt.timedelta(minutes=1), run=end_forgotten_sessions),
    ),
    sweeps=(Sweep(model=Presence, old=_old),),
    tabs=(Tab(order=40, label=_l("Live"), endpoint="live.session_list", icon="live"),),
    personal=Personal(
        export=personal,
        stays=_l("What you said in live rooms, and how long somebody was there."),
    ),
)
