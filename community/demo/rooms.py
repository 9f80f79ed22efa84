"""The live sessions that took place: who came, for how long, and what was said."""

import datetime as dt
import random
import uuid

from community.cohorts.queries import placements
from community.demo.cast import Cast
from community.demo.material import Talk
from community.demo.story import Act, Story
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.live.models import LiveSession
from community.live.operations import (
    end_session,
    enter_room,
    leave_room,
    post_message,
    renew_leases,
    set_video_link,
    start_session,
)

LINK = "https://video.example.org/long-table"


def sessions_of_run(cast: Cast, run: str) -> dict[uuid.UUID, LiveSession]:
    """Return the sessions a run placed, by activity."""
    found = {}
    for activity_id, placement in placements(cast.runs[run]).items():
        if placement.session_id is not None:
            found[activity_id] = db.session.get_one(LiveSession, placement.session_id)
    return found


def tell_session(
    story: Story,
    cast: Cast,
    session: LiveSession,
    host: str,
    attending: list[str],
    talk: Talk | None,
    chance: random.Random,
) -> None:
    """Tell a session from its link to its end; one that is not over yet only has its link."""
    start, length = session.starts_at, dt.timedelta(minutes=session.minutes)
    end = start + length
    key, host_id = session.id, cast.people[host]
    story.tell(
        start - dt.timedelta(days=4),
        host_id,
        lambda ctx: set_video_link(ctx, key, url=f"{LINK}/{key.hex[-6:]}"),
    )
    if end > story.now:
        return
    node = new_key()
    story.tell(start, host_id, lambda ctx: start_session(ctx, key))
    for name in [host, *attending]:
        came = start + dt.timedelta(seconds=chance.randint(-300, 540) if name != host else -600)
        left = end - dt.timedelta(seconds=chance.choice((0, 0, 20, 60, 1500)))
        _stay(story, cast.people[name], key, node, came, left, end)
    for line in talk.lines if talk else ():
        at = min(start + line.at, end - dt.timedelta(seconds=30))
        story.tell(at, cast.people[line.by], _say(key, line.text))
    story.tell(end, host_id, lambda ctx: renew_leases(ctx, node))
    story.tell(end + dt.timedelta(seconds=1), host_id, lambda ctx: end_session(ctx, key))


def _stay(
    story: Story,
    who: uuid.UUID,
    session_id: uuid.UUID,
    node: uuid.UUID,
    came: dt.datetime,
    left: dt.datetime,
    end: dt.datetime,
) -> None:
    lease: list[uuid.UUID] = []
    story.tell(came, who, lambda ctx: lease.append(enter_room(ctx, session_id, node_id=node)))
    if left < end:
        story.tell(left, who, lambda ctx: leave_room(ctx, lease[0]))


def _say(session_id: uuid.UUID, text: str) -> Act:
    def say(ctx: Context) -> None:
        post_message(ctx, session_id, body=text, client_id=new_key().hex)

    return say
