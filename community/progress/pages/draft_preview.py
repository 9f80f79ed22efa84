"""A draft of a course as a learner would have it: on a day of a run that began on another."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from flask import render_template, request

from community.academy.kinds.builtin import KINDS
from community.academy.policy import visible_drafts
from community.academy.queries import (
    DraftActivityLine,
    DraftModuleLine,
    DraftOutline,
    activity_preview,
    draft_activity,
    draft_outline,
    preview_html,
)
from community.academy.rules.releases import NoRule, Rule, canonical, read_rule
from community.cohorts.rules import MAX_WEEKS, Opening, Timeline, release_at, session_at
from community.cohorts.rules.releases import Calendar, resolved
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.localtime import in_zone, instant
from community.kernel.policy import find
from community.kernel.schemas import as_key
from community.progress.pages.blueprint import pages
from community.progress.queries.needs import needs_of
from community.progress.rules.unlocking import Access, Learned, Part, due_by_module, unlock

NOON = dt.time(12)  # what opens on a day has opened by then
FARTHEST = 10  # years from now


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A module as it would be on that day; ``finish`` is what comes first, where something does."""

    module: DraftModuleLine
    access: Access
    finish: DraftActivityLine | None
    needs: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """The day that is looked at, of a run that began on another.

    With ``keeps_up`` whoever looks has done what was due by then, else nothing at all.
    """

    starts_on: dt.date
    on: dt.date
    keeps_up: bool

    @property
    def at(self) -> dt.datetime:
        return instant(dt.datetime.combine(self.on, NOON), reader().zone)


@pages.route("/studio/<uuid:draft_id>/preview")
@signed_in
def preview_draft(draft_id: uuid.UUID) -> str:
    """Show a draft as a learner would have it at a date: what is open, why not, and an activity."""
    ctx = current_context()
    find(visible_drafts(ctx), draft_id)
    outline = draft_outline(draft_id)
    today = in_zone(ctx.now, reader().zone).date()
    starts_on = _date("starts_on", today) or today
    day = Day(
        starts_on, _date("at", today) or starts_on, keeps_up=request.args.get("pace") != "nothing"
    )
    timeline = Timeline(day.starts_on, min(MAX_WEEKS, max(1, len(outline.modules))))
    releases = _releases(outline, timeline)
    opened = _opened(outline, releases, day)
    here = _here(opened)
    return render_template(
        "progress/draft_preview.html",
        desk={"draft": outline, "outline": outline, "course_title": outline.title},
        day=day,
        opened=opened,
        here=here,
        preview=_preview(outline, here) if here and here[0].access.open else None,
        meets=_meets(outline, here, timeline) if here else None,
        kinds=KINDS,
    )


def _releases(outline: DraftOutline, timeline: Timeline) -> dict[uuid.UUID, Opening]:
    """Return how the modules would open, to whom came on the first day; as usual by no rule."""
    weeks = {
        module.id: release_at(timeline, module.position)
        for module in outline.modules
        if module.position <= MAX_WEEKS
    }
    zone = reader().zone
    first = instant(dt.datetime.combine(timeline.starts_on, dt.time()), zone)
    sessions = {}
    for module in outline.modules:
        for line in module.activities:
            at = _meets_at(outline, module, line, timeline)
            if at is not None:
                sessions[f"{module.slug}/{line.slug}"] = at + dt.timedelta(
                    minutes=line.minutes or line.estimate
                )
    calendar = Calendar(timeline=timeline, zone=zone, sessions=sessions, joined_at=first)
    return {
        module.id: resolved(_rule(module), weeks[module.id], calendar)
        for module in outline.modules
        if module.id in weeks
    }


def _rule(module: DraftModuleLine) -> Rule | None:
    """Return the rule of a module; one that cannot be read yet is told elsewhere."""
    try:
        text = canonical(module.release)
    except NoRule:
        return None
    return read_rule(text) if text else None


def _date(name: str, today: dt.date) -> dt.date | None:
    """Return a date of the address, None for one that is none or far away."""
    try:
        found = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if abs(found.year - today.year) <= FARTHEST else None


def _opened(outline: DraftOutline, releases: Mapping[uuid.UUID, Opening], day: Day) -> list[Opened]:
    parts = [
        Part(
            id=module.id,
            opens_later=module.opens_later,
            required=tuple(line.id for line in module.activities if line.required),
            slug=module.slug,
            activities={line.slug: line.id for line in module.activities},
        )
        for module in outline.modules
    ]
    due = due_by_module(parts, releases)
    settled = {
        line.id
        for module in outline.modules
        for line in module.activities
        if day.keeps_up and module.id in due and due[module.id] <= day.at
    }
    found = unlock(
        parts, releases, Learned(settled, dict.fromkeys(settled, 100)), now=day.at, run_open=True
    )
    lines = {line.id: line for line in outline.activities}
    return [
        Opened(
            module,
            access,
            lines[access.finish] if access.finish else None,
            needs_of(outline.modules, access),
        )
        for module in outline.modules
        for access in [found[module.id]]
    ]


def _here(opened: Sequence[Opened]) -> tuple[Opened, DraftActivityLine] | None:
    """Return the activity that was asked for, else the first one of the last open module."""
    asked = as_key(request.args.get("activity", ""))
    for each in opened:
        for line in each.module.activities:
            if line.id == asked:
                return each, line
    filled = [each for each in opened if each.access.open and each.module.activities]
    return (filled[-1], filled[-1].module.activities[0]) if filled else None


def _preview(outline: DraftOutline, here: tuple[Opened, DraftActivityLine]) -> object:
    module, line = here[0].module, here[1]
    row = draft_activity(outline.id, line.id)
    paths = {picture.path for picture in outline.pictures}
    return activity_preview(
        {
            "title": row.title,
            "minutes": row.minutes or line.estimate,
            "required": row.required,
            "front": row.front,
            "body": row.body,
        },
        kind=row.kind,
        language=outline.language,
        place=(module.position, row.position, len(module.activities)),
        render=lambda body: preview_html(outline.id, body, paths),
    )


def _meets(
    outline: DraftOutline, here: tuple[Opened, DraftActivityLine], timeline: Timeline
) -> dt.datetime | None:
    """Return when a live session would be; None for another kind, or a day that is no day yet."""
    return _meets_at(outline, here[0].module, here[1], timeline)


def _meets_at(
    outline: DraftOutline, module: DraftModuleLine, line: DraftActivityLine, timeline: Timeline
) -> dt.datetime | None:
    if line.kind != "live_session" or module.position > MAX_WEEKS:
        return None
    front = draft_activity(outline.id, line.id).front
    kind = KINDS[line.kind]
    loaded = kind.front_schema().validate(front)
    if loaded:
        return None
    settings = kind.read(front, "", 1).settings
    released = release_at(timeline, module.position)
    return instant(session_at(released, settings["day"], settings["time"]), reader().zone)
