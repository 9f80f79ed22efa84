"""Where an activity of a run takes place: each kind that needs a thread or a session adds it here.

A kind that is not in ``PLACES`` needs no place: a page or a quiz is done where it is read.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from community.academy.kinds.builtin import DISCUSSION, LIVE_SESSION
from community.academy.queries import Content
from community.academy.rules import for_elsewhere
from community.cohorts.models import Placement, Run
from community.cohorts.rules import session_at
from community.discussions.models import ThreadKind
from community.discussions.operations import start_thread
from community.kernel.context import Context
from community.live.operations import schedule_session


@dataclasses.dataclass(frozen=True, slots=True)
class Delivery:
    """An activity that is to be placed; ``released`` is when its module opens, in local time."""

    run: Run
    content: Content
    released: dt.datetime

    @property
    def body(self) -> str:
        """The activity's text, fit to stand outside its course."""
        return for_elsewhere(self.content.body, self.run.version_id)

    def placement(
        self, *, thread_id: uuid.UUID | None = None, session_id: uuid.UUID | None = None
    ) -> Placement:
        return Placement(
            run_id=self.run.id,
            activity_id=self.content.id,
            thread_id=thread_id,
            session_id=session_id,
        )


def place_discussion(ctx: Context, delivery: Delivery) -> Placement:
    """Begin the thread of a discussion; its prompt is the first post."""
    thread = start_thread(
        ctx,
        delivery.run.space_id,
        kind=ThreadKind.DISCUSSION,
        title=delivery.content.title,
        body=delivery.body,
    )
    return delivery.placement(thread_id=thread.id)


def place_live_session(ctx: Context, delivery: Delivery) -> Placement:
    """Schedule a live session in the week of its module, by the clock of the run's zone."""
    settings = delivery.content.settings
    session = schedule_session(
        ctx,
        delivery.run.space_id,
        title=delivery.content.title,
        plan=delivery.body,
        local_at=session_at(delivery.released, settings["day"], settings["time"]),
        zone=delivery.run.zone,
        minutes=delivery.content.minutes,
    )
    return delivery.placement(session_id=session.id)


PLACES: Mapping[str, Callable[[Context, Delivery], Placement]] = {
    DISCUSSION.name: place_discussion,
    LIVE_SESSION.name: place_live_session,
}
