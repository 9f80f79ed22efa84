"""What the demo network is made of, read from ``data/*.yaml``."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo network; ``facilitates`` names the runs they do not just take."""

    key: str
    name: str
    zone: str
    role: str  # a spaces.models.Role value, or "member" for learners
    runs: tuple[str, ...]
    facilitates: tuple[str, ...]
    pace: str  # ahead, steady, slow, fading or new: how a learner of the autumn run is doing
    organisation: str
    said: Mapping[
        str, Any
    ]  # what they say about themselves beside that, as change_profile takes it

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Something somebody wrote, ``at`` after the start of the run or of the session."""

    by: str
    at: dt.timedelta
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Talk:
    """A thread, the replies to a course discussion, or the chat of a session."""

    run: str
    lines: tuple[Line, ...]
    title: str = ""
    kind: str = ""
    module: int = 0


def read_people() -> list[Person]:
    """Return everybody, owner and organisers first."""
    said = {row.pop("key"): row for row in _read("profiles")}
    return [
        Person(
            key=row["key"],
            name=row["name"],
            zone=row["zone"],
            role=row["role"],
            runs=tuple(row["runs"]),
            facilitates=tuple(row.get("facilitates", ())),
            pace=row.get("pace", "steady"),
            organisation=row["organisation"],
            said=said.get(row["key"], {}),
        )
        for row in _read("people")
    ]


def read_threads() -> list[Talk]:
    """Return the threads people began themselves."""
    return [
        Talk(run=row["run"], lines=_posts(row), title=row["title"], kind=row["kind"])
        for row in _read("threads")
    ]


def read_course_talk() -> list[Talk]:
    """Return the replies to the discussions that the course opens."""
    return [
        Talk(run=row["run"], lines=_posts(row), module=row["module"])
        for row in _read("course_talk")
    ]


def read_room_talk() -> list[Talk]:
    """Return the chat of sessions that took place."""
    return [
        Talk(
            run=row["run"],
            module=row["module"],
            lines=tuple(
                Line(line["by"], dt.timedelta(minutes=line["minute"]), line["text"])
                for line in row["lines"]
            ),
        )
        for row in _read("room_talk")
    ]


def read_reflections() -> dict[tuple[str, str], str]:
    """Return the reflections people wrote, by the slug of the activity and the person."""
    return {(row["activity"], row["by"]): row["text"] for row in _read("reflections")}


def read_hand_ins() -> dict[tuple[str, str], str]:
    """Return the work people handed in as text, by the slug of the activity and the person."""
    return {(row["activity"], row["by"]): row["text"] for row in _read("hand_ins")}


def read_survey_texts() -> dict[str, list[str]]:
    """Return what people wrote in surveys, by the words of the question."""
    return {row["ask"]: row["texts"] for row in _read("survey_texts")}


def _posts(row: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(_running(row["posts"], _offset(row["start"])))


def _running(posts: list[dict[str, Any]], at: dt.timedelta) -> Iterator[Line]:
    for post in posts:
        at += dt.timedelta(minutes=post["after"])
        yield Line(post["by"], at, post["text"])


def _offset(start: dict[str, Any]) -> dt.timedelta:
    hours, minutes = (int(part) for part in start["time"].split(":"))
    days = 7 * (start["week"] - 1) + start["day"] - 1
    return dt.timedelta(days=days, hours=hours, minutes=minutes)


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return rows
