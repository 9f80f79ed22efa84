"""The live sessions: who came, for how long, what was said; and what was planned otherwise."""

import datetime as dt
import uuid

from community.cohorts.models import Run
from community.cohorts.queries import placements
from community.demo.cast import Cast, RunStory
from community.demo.material import Talk
from community.demo.story import Act
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import key_of_act, new_key
from community.live.models import LiveSession
from community.live.operations import (
    call_off_session,
    end_session,
    enter_room,
    leave_room,
    move_sessions,
    post_message,
    renew_leases,
    schedule_session,
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


def tell_changes(told: RunStory) -> None:
    """Tell of two sessions outside the course: one was moved by a day, one was called off."""
    story, host = told.story, told.host_id
    run = db.session.get_one(Run, told.cast.runs[told.run.key])
    today = localtime.in_zone(story.now, run.zone).date()
    office, peers = new_key().hex, new_key().hex

    def plan(title: str, days: int, client_id: str) -> Act:
        at = dt.datetime.combine(today + dt.timedelta(days=days), dt.time(17))
        return lambda ctx: schedule_session(
            ctx,
            run.space_id,
            title=title,
            plan="",
            local_at=at,
            zone=run.zone,
            minutes=45,
            client_id=client_id,
        )

    def move(ctx: Context) -> None:
        key = key_of_act(run.space_id, host, office)
        session = db.session.get_one(LiveSession, key)
        move_sessions(ctx, {key: session.local_at + dt.timedelta(days=1)})

    def call_off(ctx: Context) -> None:
        key = key_of_act(run.space_id, host, peers)
        call_off_session(ctx, key, reason="Half of us are at the data fair in Nairobi that day.")

    ago = [story.now - dt.timedelta(hours=hours) for hours in (50, 49, 20, 18)]
    story.tell(ago[0], host, plan("Office hour", 2, office))
    story.tell(ago[1], host, plan("Peer assist", 4, peers))
    story.tell(ago[2], host, move)
    story.tell(ago[3], host, call_off)


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
