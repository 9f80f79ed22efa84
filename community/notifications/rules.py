"""When reminders and news are told, who is told of what and why, and whom it reaches."""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Collection

from community.discussions.rules import Level


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """How long before a session a reminder is sent: at most ``longest``, at least ``shortest``.

    Who joins in between, and a worker that was away, still remind; later it would be noise.
    """

    hours: int
    shortest: dt.timedelta

    @property
    def longest(self) -> dt.timedelta:
        return dt.timedelta(hours=self.hours)


LEADS = (Lead(24, dt.timedelta(hours=2)), Lead(1, dt.timedelta(minutes=5)))

# Whoever shifts a run moves thirty sessions, and may do it twice: people get one letter.
QUIET = dt.timedelta(minutes=2)  # after the last change
LONGEST_WAIT = dt.timedelta(minutes=15)  # after the first

DELAY = dt.timedelta(minutes=5)
"""How long after a post its letter leaves: who is there reads it, and what is mended is mended."""

BATCH = 200  # letters owed in one transaction
SHOWN = 40  # sessions that one letter lists
ANSWERS_SHOWN = 10  # posts of one thread that one letter tells of


class Why(enum.StrEnum):
    """Why somebody is told of a post; where several hold, the first."""

    MENTION = "mention"  # by name
    GROUP = "group"  # a group they are of
    REPLY = "reply"  # it answers a post of theirs
    QUESTION = "question"  # it answers the question with which they began the thread
    WATCHING = "watching"  # they watch the thread, or all of its space


class Reason(enum.StrEnum):
    """Why a notice stands in somebody's inbox; those of ``Why`` are about a post."""

    MENTION = "mention"
    GROUP = "group"
    REPLY = "reply"
    QUESTION = "question"
    WATCHING = "watching"
    ANNOUNCEMENT = "announcement"  # to everybody of a space of theirs
    REACTION = "reaction"  # to a post of theirs
    SCHEDULE = "schedule"  # sessions of a space of theirs were moved or called off
    WORK = "work"  # somebody answered what they handed in
    SCORE = "score"  # somebody marked their essays
    MESSAGE = "message"  # somebody who leads a run wrote to them
    CERTIFICATE = "certificate"
    MEASURE = "measure"  # what was decided about them or a post of theirs, or that it ended


ON_POSTS = (*(Reason(why) for why in Why), Reason.ANNOUNCEMENT)
"""Reasons that are about a post somebody else wrote: they are read as its thread is read."""

OTHERS = tuple(each for each in Reason if each not in (*ON_POSTS, Reason.REACTION))
"""Reasons that are about no post: each notice is an entry of its own."""

COUNTED = 99  # unread entries of an inbox that are counted; beyond, there are "99+"
LOOKED_AT = 500  # newest unread notices of one person that are looked at to count
LISTED = 2_000  # newest notices of one person that their inbox can list
REACTED_AGAIN = dt.timedelta(hours=1)
"""How long after a reaction to a post another one makes its notice new: not each by itself."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What decides who is told of a post: ids of people."""

    author: uuid.UUID
    mentioned: Collection[uuid.UUID] = ()
    answered: uuid.UUID | None = None  # who wrote the post it answers
    asker: uuid.UUID | None = None  # who began the thread, as a question


def told_of(said: Said) -> dict[uuid.UUID, Why]:
    """Return who is told of a post, and why: the one place that decides, for every channel.

    Groups and who watches are found later, by a worker; nobody is told of what they wrote. Whether
    it reaches somebody is asked again when it leaves: see ``reaches``.
    """
    told: dict[uuid.UUID, Why] = dict.fromkeys(said.mentioned, Why.MENTION)
    for key, why in ((said.answered, Why.REPLY), (said.asker, Why.QUESTION)):
        if key is not None:
            told.setdefault(key, why)
    told.pop(said.author, None)
    return told


def reaches(why: Why | Reason, level: Level) -> bool:
    """Whether somebody who follows a thread at ``level`` is told of a post for a reason.

    An answer to a post of theirs always reaches them.
    """
    if why == Why.REPLY:
        return True
    if why == Why.WATCHING:
        return level is Level.WATCHING
    return level is not Level.MUTED
