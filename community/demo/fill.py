"""Fills an empty installation with the demo network."""

import dataclasses
import datetime as dt
import random
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from community.academy.queries import Outline, outline
from community.accounts.rules import hash_password
from community.demo import material, rooms
from community.demo.calendar import plan_runs, shift
from community.demo.cast import Cast, RunStory, tell_end, tell_network, tell_run
from community.demo.learning import tell_learning
from community.demo.material import Person, Talk
from community.demo.story import Story
from community.demo.talk import (
    leave_open,
    leave_waiting,
    react_to_some,
    read_most,
    tell_course_talk,
    tell_thread,
)
from community.demo.work import Written
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.spaces.models import Space

HOSTS = {"spring": "babatunde-adeyemi", "autumn": "ines-marchetti", "winter": "hinemoa-rangiwai"}
Report = Callable[[str, int, int], object]


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """Everything written for the demo network."""

    people: list[Person]
    threads: list[Talk]
    course_talk: list[Talk]
    room_talk: list[Talk]
    written: Written


def is_empty() -> bool:
    """Whether nobody has founded a network here yet."""
    return db.session.scalar(sa.select(Space.id).limit(1)) is None


def fill(app: Flask, password: str, network_name: str, now: dt.datetime, report: Report) -> None:
    """Fill the database of ``app``: everybody, three runs, their talk, sessions and progress.

    ``report(what, done, of)`` is told how far it is. All of it goes through the operations people
    use, each at the instant at which it is said to have happened.
    """
    found = Material(
        material.read_people(),
        material.read_threads(),
        material.read_course_talk(),
        material.read_room_talk(),
        Written(
            material.read_reflections(), material.read_hand_ins(), material.read_survey_texts()
        ),
    )
    cast = Cast(password_hash=hash_password(password))
    planned = plan_runs(now.date())
    chance = random.Random(9)
    with app.app_context():
        story = Story(now)
        tell_network(
            story, cast, found.people, planned[0].start - dt.timedelta(weeks=10), network_name
        )
        for run in planned:
            tell_run(story, cast, run, found.people)
        _happen(story, "people and runs", report)
        course = outline(cast.version_id)
        for run in planned:
            told = RunStory(story, cast, run, HOSTS[run.key], chance)
            _tell_run_life(told, found, course, app)
        _happen(story, "talk, sessions and learning", report)
        for done, run in enumerate(planned, 1):
            members = [p.key for p in found.people if run.key in p.runs]
            read_most(cast, run.key, members, chance)
            react_to_some(cast, run.key, members, random.Random(5))
            report("what has been read", done, len(planned))
        leave_open(cast, "autumn", random.Random(3))
        leave_waiting(cast, "winter")
    run_everything(app)


def _happen(story: Story, what: str, report: Report) -> None:
    whole = len(story.moments)
    story.happen(lambda done: report(what, done, whole))


def _tell_run_life(told: RunStory, found: Material, course: Outline, app: Flask) -> None:
    story, cast, run = told.story, told.cast, told.run
    back = shift(found.threads, run, story.now)
    for talk in found.threads:
        if talk.run == run.key:
            tell_thread(story, cast, talk, run.start, back)
    discussions = [line.id for line in course.activities if line.kind == "discussion"]
    for talk in found.course_talk:
        if talk.run == run.key:
            tell_course_talk(story, cast, talk, run.start, discussions)
    learners = [p for p in found.people if _learns(p, run.key)]
    sessions = rooms.sessions_of_run(cast, run.key)
    for number, line in enumerate((a for a in course.activities if a.id in sessions), 1):
        session = sessions[line.id]
        chat = next((t for t in found.room_talk if (t.run, t.module) == (run.key, number)), None)
        rooms.tell_session(told, session, _attending(told, learners, number, chat), chat)
        counted = session.starts_at + dt.timedelta(minutes=session.minutes, seconds=5)
        story.tell(counted, None, lambda _ctx: run_everything(app))
    if run.key == "autumn":
        rooms.tell_changes(told)
    for person in learners:
        usual = ("regular", "regular", "ahead", "ahead", "lapsed")
        pace = person.pace if run.key == "autumn" else told.chance.choice(usual)
        tell_learning(told, course, person.key, pace, found.written)
    tell_end(story, cast, run)


def _learns(person: Person, run: str) -> bool:
    return (
        run in person.runs
        and run not in person.facilitates
        and person.role in {"member", "facilitator"}
    )


def _attending(told: RunStory, learners: list[Person], number: int, talk: Talk | None) -> list[str]:
    """Say who came to a session: whoever spoke, and most of the others."""
    spoke = {line.by for line in talk.lines} if talk else set()
    likely = {"ahead": 0.95, "steady": 0.85, "slow": 0.6, "fading": 0.3, "new": 0.0}
    if told.run.key == "autumn" and number > 1:
        likely["fading"] = 0.0
    came = {p.key for p in learners if told.chance.random() < likely[p.pace]}
    return sorted((came | spoke) - {told.host})
