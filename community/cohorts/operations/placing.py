"""Where an activity of a run takes place: each kind that needs a thread or a session adds it here.

A kind that is not in ``PLACES`` needs no place: a page or a quiz is done where it is read.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

from community.academy.kinds.builtin import DISCUSSION, LIVE_SESSION
from community.academy.queries import Content, activity_content, outline
from community.academy.rules import for_elsewhere
from community.cohorts.models import Placement, Run
from community.cohorts.rules import session_at
from community.discussions.models import ThreadKind
from community.discussions.operations import rendered_alone, start_rendered_thread
from community.kernel import markdown
from community.kernel.context import Context
from community.live.operations import schedule_session


@dataclasses.dataclass(frozen=True, slots=True)
class Prompt:
    """An activity that needs a place, with its text fit to stand outside its course.

    ``rendered`` is what its place shows, made before the unit of work: it may take a tenth of a
    second each, and others would wait for it.
    """

    content: Content
    body: str
    rendered: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Delivery:
    """An activity that is to be placed; ``released`` is when its module opens, in local time."""

    run: Run
    prompt: Prompt
    released: dt.datetime

    def placement(
        self, *, thread_id: uuid.UUID | None = None, session_id: uuid.UUID | None = None
    ) -> Placement:
        return Placement(
            run_id=self.run.id,
            activity_id=self.prompt.content.id,
            thread_id=thread_id,
            session_id=session_id,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """How a kind of activity is placed: its text rendered, then the thread or session made."""

    render: Callable[[str], Any]
    put: Callable[[Context, Delivery], Placement]


def place_discussion(ctx: Context, delivery: Delivery) -> Placement:
    """Begin the thread of a discussion; its prompt is the first post."""
    thread = start_rendered_thread(
        ctx,
        delivery.run.space_id,
        delivery.prompt.rendered,
        kind=ThreadKind.DISCUSSION,
        title=delivery.prompt.content.title,
    )
    return delivery.placement(thread_id=thread.id)


def place_live_session(ctx: Context, delivery: Delivery) -> Placement:
    """Schedule a live session in the week of its module, by the clock of the run's zone."""
    content = delivery.prompt.content
    session = schedule_session(
        ctx,
        delivery.run.space_id,
        title=content.title,
        plan=delivery.prompt.body,
        plan_html=delivery.prompt.rendered,
        local_at=session_at(delivery.released, content.settings["day"], content.settings["time"]),
        zone=delivery.run.zone,
        minutes=content.minutes,
    )
    return delivery.placement(session_id=session.id)


PLACES: Mapping[str, Place] = {
    DISCUSSION.name: Place(rendered_alone, place_discussion),
    LIVE_SESSION.name: Place(markdown.render, place_live_session),
}


def prompts_of(version_id: uuid.UUID, among: Collection[uuid.UUID] | None = None) -> list[Prompt]:
    """Return what of a course needs a place, in order, rendered: before the unit of work.

    ``among`` leaves only these activities.
    """
    found = []
    for activity in outline(version_id).activities:
        place = PLACES.get(activity.kind)
        if place is not None and (among is None or activity.id in among):
            content = activity_content(activity.id)
            body = for_elsewhere(content.body, version_id)
            found.append(Prompt(content, body, place.render(body)))
    return found
