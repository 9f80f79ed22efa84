"""What a feature gives to the application; assembled only in ``community.app``."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
import flask_smorest
import sqlalchemy as sa
from flask import Blueprint
from markupsafe import Markup

from community.kernel.context import Context
from community.kernel.db import Keyed
from community.kernel.events import Event
from community.kernel.frame import Frame, NavItem, Tab
from community.kernel.log import Logged
from community.kernel.posting import PostOffice
from community.kernel.realtime.connection import Connection, SocketEvent
from community.kernel.sign_in import SignInProvider

Reaction = Callable[[Context, Any], None]
Job = Callable[..., None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Live:
    """How an event is shown to those who are looking.

    ``name`` is the event clients hear. ``room`` names the Socket.IO room (``stream_room(id)`` for a
    numbered stream). ``render_many`` turns logged events into plain data under the read rule of
    ``ctx``, None where nothing may be shown; push and catching-up both use it. ``pause``: of equal
    events within that time one is shown, at its end; for what happens often and has no number.
    """

    event: type[Event]
    name: str
    room: Callable[[Any], str]
    render_many: Callable[[Context, Sequence[Logged]], list[dict[str, Any] | None]]
    pause: dt.timedelta | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What a feature knows of joining a space; it may add what its words are made of.

    ``seats`` is how many more may join to learn (None: as many as are invited); ``over``: nobody
    will, whatever becomes free.
    """

    seats: int | None = None
    over: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class JoiningWords:
    """What a feature tells whoever may join a space, before they belong to it.

    ``facts`` are labels, each with its words; ``refusal`` says why nobody can join to learn, where
    nobody can.
    """

    facts: Sequence[tuple[str, str]] = ()
    refusal: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Periodic:
    """Work the one worker does every ``every``; ``run(ctx)`` acts as nobody and must be short."""

    name: str
    every: dt.timedelta
    run: Callable[[Context], object]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sweep:
    """Rows that are of use for a while only: the worker deletes those of ``model`` that are old.

    ``old(now)`` is for a WHERE, asked again as a row is deleted. Nothing may refer to such a row.
    """

    model: type[Keyed]
    old: Callable[[dt.datetime], sa.ColumnElement[bool]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tick:
    """Work every serving process does every ``every``, told its node id (one per process life)."""

    name: str
    every: dt.timedelta
    run: Callable[[Context, uuid.UUID], object]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Personal:
    """What a feature holds of a person.

    ``export(ctx)`` returns it as plain data for the actor to take along. When they delete their
    account, ``hinders(ctx)`` says in words what they must do first, ``erase(ctx)`` removes what is
    about them, in the unit of work that ends the account, and ``stays`` are the words that say what
    remains without their name. ``hold(user_id)`` holds rows that are held before their account
    wherever both are: it is called before that account is held to be shut or deleted.
    """

    export: Callable[[Context], Mapping[str, Any]]
    hinders: Callable[[Context], Sequence[str]] | None = None
    erase: Callable[[Context], None] | None = None
    stays: Any = None  # a lazy text
    hold: Callable[[uuid.UUID], None] | None = None


MoreTime = Callable[[sa.ColumnElement[uuid.UUID]], sa.Select[uuid.UUID, dt.datetime]]
"""More time that a feature gave for what a feature below calls late.

For a learner (a column with the id of their enrolment) it selects activities by their ids, each
with until when.
"""


HandedIn = Callable[[sa.ColumnElement[uuid.UUID]], Sequence[sa.Select[uuid.UUID, bool, str]]]
"""What of a learner's a person reads before it counts, in a feature above.

For a learner (a column with the id of their enrolment) each selects activities by their ids, each
with whether it was given back to go on with, and by whom (their name, or an empty text).
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a feature adds to a page of one below it: its markup, and the script that enlivens it.

    ``script`` is a file of ``static/js``; the part works without it. ``above``: before the text.
    """

    html: Markup
    script: str = ""
    above: bool = False


Drawing = Callable[[Context, Any], Part | None]
"""Draws a part of a page, for what is shown there; None: there is nothing to say."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature's contributions; all optional but the name.

    ``purpose`` says what a thread or a room is there for, with the way to it; None: not mine.
    ``begun_for`` says in words what a thread was begun for and therefore stays with.
    ``parts`` are drawn into pages of features below, each by the name of its place
    ("activity.checklist"), from what that page shows.
    """

    name: str
    pages: tuple[Blueprint, ...] = ()
    apis: tuple[flask_smorest.Blueprint, ...] = ()
    reactions: tuple[tuple[type[Event], Reaction], ...] = ()
    later: tuple[tuple[type[Event], str], ...] = ()
    jobs: Mapping[str, Job] = dataclasses.field(default_factory=dict)
    live: tuple[Live, ...] = ()
    sockets: tuple[SocketEvent, ...] = ()
    socket_closed: Callable[[Context, Connection], None] | None = None
    periodic: tuple[Periodic, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    ticks: tuple[Tick, ...] = ()
    commands: tuple[click.Command, ...] = ()
    frame: Callable[[Context, Frame], None] | None = None
    tabs: tuple[Tab, ...] = ()
    parts: Mapping[str, Drawing] = dataclasses.field(default_factory=dict)
    purpose: Callable[[Context, uuid.UUID], NavItem | None] | None = None  # of a numbered stream
    begun_for: Callable[[uuid.UUID], str | None] | None = None  # by the thread's id
    joining: Callable[[uuid.UUID], Joining | None] | None = None  # by the space's id
    joining_words: Callable[[Joining, str, dt.datetime], JoiningWords | None] | None = (
        None  # in a language, at an instant
    )
    more_time: MoreTime | None = None
    handed_in: HandedIn | None = None
    personal: Personal | None = None
    sign_in: SignInProvider | None = None
    office: PostOffice | None = None
