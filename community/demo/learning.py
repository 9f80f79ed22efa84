"""How people learned: who did what when, how far they came, and what was excused."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from community.academy.queries import ActivityLine, Outline
from community.cohorts.models import Enrolment
from community.demo.cast import RunStory
from community.demo.story import Act
from community.demo.work import Written, work
from community.kernel.context import Context
from community.kernel.db import db
from community.progress.models import ActivityState
from community.progress.operations import decide
from community.progress.rules.states import Status

DAY = dt.timedelta(days=1)
DECISIONS = {
    "discussion": (
        (Status.DONE, "Gave the answer aloud in the live session; noted it there."),
        (Status.DONE, "Told the circle of four about it, which is what the activity is for."),
        (Status.DONE, "Sent it by post from the field; I have typed it up for the notes."),
        (Status.WAIVED, "Wrote to me instead; the example should not be public."),
        (Status.EXCUSED, "Moved house that week. The reading is what matters for the next step."),
    ),
    "live_session": (
        (Status.DONE, "Was on the phone with us from the bus; the room could not know."),
        (Status.WAIVED, "Clinic day; read the notes and talked them through with me on Friday."),
        (Status.WAIVED, "Night shift that week; we met for half an hour on Saturday."),
        (Status.EXCUSED, "Power was out in the district for two days."),
    ),
    "assignment": (
        (Status.DONE, "Handed in on paper; I have read it and given it back with notes."),
        (Status.DONE, "Read it out to me in the office; all that the rubric asks was in it."),
        (Status.WAIVED, "The ministry keeps the only copy. I have seen it there."),
    ),
    "reflection": (
        (Status.DONE, "Written by hand and shown to me; the page stays in the notebook."),
        (Status.DONE, "Told me on the telephone; it need not be in writing."),
        (Status.WAIVED, "Read it aloud in the circle and would rather leave it there."),
    ),
}
OWN = {"file", "checklist", "survey", "reflection", "assignment"}
# by pace: how far into which module, and how many days late a module is worked through
STEPS: dict[str, Callable[[int], tuple[float, float]]] = {
    "ahead": lambda _module: (1.0, 0.2),
    "steady": lambda module: (1.0, 1.0) if module < 3 else (0.5, 0.4),
    "slow": lambda module: (1.0, 3.5) if module == 1 else (0.4, 5.0) if module == 2 else (0.0, 0.0),
    "fading": lambda module: (0.5, 1.5) if module == 1 else (0.0, 0.0),
    "regular": lambda _module: (1.0, 1.0),
    "lapsed": lambda module: (1.0, 1.5) if module < 6 else (0.0, 0.0),
    "new": lambda module: (0.7, 10.2) if module == 1 else (0.0, 0.0),
}


def tell_learning(
    told: RunStory, outline: Outline, learner: str, pace: str, written: Written
) -> None:
    """Tell one learner's weeks; what nothing completed is decided by the host."""
    story, chance, planned = told.story, told.chance, told.run
    run, who = told.cast.runs[planned.key], told.cast.people[learner]
    for number, module in enumerate(outline.modules, 1):
        share, late = STEPS[pace](number)
        if module.opens_later or not share:
            continue
        week = planned.week(number)
        at = week + late * DAY + dt.timedelta(minutes=chance.randint(8 * 60, 11 * 60))
        solo = [line for line in module.activities if line.kind in {"page", "quiz"}]
        done = solo[: max(1, round(share * len(solo)))]
        if share == 1.0:
            done += [line for line in module.activities if line.kind in OWN]
        for line in done:
            if line.kind in OWN:  # after the session of the week
                at = max(at, week + (3 if pace == "ahead" else 5) * DAY)
            at += dt.timedelta(minutes=line.minutes + chance.randint(1, 90))
            if act := work(run, line, learner, written, chance):
                story.tell(at, who, act)
        if share == 1.0:
            due = max(at, week + 6 * DAY) + dt.timedelta(hours=chance.randint(1, 5))
            left = [line for line in module.activities if line.kind in DECISIONS]
            story.tell(due, told.host_id, _settle(run, who, left, chance))


def _settle(
    run: uuid.UUID, who: uuid.UUID, lines: Sequence[ActivityLine], chance: random.Random
) -> Act:
    """Decide on what this learner did another way, or could not do, and has not done by now."""
    said = {line.id: chance.choice(DECISIONS[line.kind]) for line in lines}

    def settle(ctx: Context) -> None:
        enrolment = db.session.scalars(
            sa.select(Enrolment.id).where(Enrolment.run_id == run, Enrolment.user_id == who)
        ).one()
        done = db.session.scalars(
            sa.select(ActivityState.activity_id).where(
                ActivityState.enrolment_id == enrolment,
                ActivityState.activity_id.in_(said),
                ActivityState.status != Status.BEGUN,
            )
        ).all()
        for activity_id, (status, reason) in said.items():
            if activity_id not in done:
                decide(ctx, enrolment, activity_id, status=status, reason=reason)

    return settle
