"""The live sessions that took place: who came, for how long, and what was said."""

import datetime as dt
import uuid

from community.cohorts.queries import placements
from community.demo.cast import Cast, RunStory
from community.demo.material import Talk
from community.demo.story import Act
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
    told: RunStory, session: LiveSession, attending: list[str], talk: Talk | None
) -> None:
    """Tell a session from its link to its end; one that is not over yet only has its link."""
    story, chance, key = told.story, told.chance, session.id
    start, end = session.starts_at, session.starts_at + dt.timedelta(minutes=session.minutes)
    link = f"{LINK}/{key.hex[-6:]}"
    story.tell(
        start - dt.timedelta(days=4), told.host_id, lambda ctx: set_video_link(ctx, key, url=link)
    )
    if end > story.now:
        return
    node = new_key()
    story.tell(start, told.host_id, lambda ctx: start_session(ctx, key))
    for name in [told.host, *attending]:
        late = chance.randint(-300, 540) if name != told.host else -600
        came = start + dt.timedelta(seconds=late)
        left = end - dt.timedelta(seconds=chance.choice((0, 0, 20, 60, 1500)))
        enter, leave = _stay(key, node)
        story.tell(came, told.cast.people[name], enter)
        if left < end:
            story.tell(left, told.cast.people[name], leave)
    for line in talk.lines if talk else ():
        at = min(start + line.at, end - dt.timedelta(seconds=30))
        story.tell(at, told.cast.people[line.by], _say(key, line.text))
    story.tell(end, told.host_id, lambda ctx: renew_leases(ctx, node))
    story.tell(end + dt.timedelta(seconds=1), told.host_id, lambda ctx: end_session(ctx, key))


def _stay(session_id: uuid.UUID, node: uuid.UUID) -> tuple[Act, Act]:
    """Return the coming and the going of one person."""
    lease: list[uuid.UUID] = []
    return (
        lambda ctx: lease.append(enter_room(ctx, session_id, node_id=node)),
        lambda ctx: leave_room(ctx, lease[0]),
    )


def _say(session_id: uuid.UUID, text: str) -> Act:
    def say(ctx: Context) -> None:
        post_message(ctx, session_id, body=text, client_id=new_key().hex)

    return say
