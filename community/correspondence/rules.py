"""What somebody can be told of, through which channels, and what they may choose of it."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping


class LetterKind(enum.StrEnum):
    """What letters can be about that is not one's account; each is stopped by one click."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    SCHEDULE = "schedule"  # a session was moved, called off, or takes place after all
    ANSWER = "answer"  # somebody answers one's post, mentions one, or writes where one watches
    MESSAGE = "message"  # an organiser writes to one person, or says something to their work


class Topic(enum.StrEnum):
    """What somebody is told of. Where an inbox tells of it, the value is its reason there."""

    REPLY = "reply"  # to a post of theirs
    QUESTION = "question"  # an answer in a thread that they began as a question
    MENTION = "mention"
    GROUP = "group"  # that they are of is mentioned
    WATCHING = "watching"  # something new where they watch
    ANNOUNCEMENT = "announcement"
    MESSAGE = "message"
    WORK = "work"
    SCORE = "score"
    SCHEDULE = "schedule"
    REMINDER = "reminder"
    REACTION = "reaction"
    CERTIFICATE = "certificate"
    MEASURE = "measure"  # a warning, a silence, a suspension; or what became of it


class Channel(enum.StrEnum):
    """How somebody is told."""

    INBOX = "inbox"
    MAIL = "mail"
    PUSH = "push"  # to devices on which they said so


class Choice(enum.StrEnum):
    """How somebody wants to be told through a channel."""

    ON = "on"  # at once
    DIGEST = "digest"  # together with others; by mail only
    OFF = "off"


ALWAYS = (Choice.ON,)
SWITCHED = (Choice.ON, Choice.OFF)
CAN_WAIT = (Choice.ON, Choice.DIGEST, Choice.OFF)
IF_ASKED = (Choice.OFF, Choice.ON)

MOST_DEVICES = 10  # of one person
FAILURES = 5  # of a device, one after another: then no message waits for it any more
DEAD_AFTER = dt.timedelta(days=1)  # of failures: it is forgotten
REST = dt.timedelta(minutes=10)  # that a device which failed is left alone

OFFERED: Mapping[Topic, Mapping[Channel, tuple[Choice, ...]]] = {
    # an answer is what one asked for by writing: the inbox holds it, so that it is never lost
    Topic.REPLY: {Channel.INBOX: ALWAYS, Channel.MAIL: CAN_WAIT, Channel.PUSH: SWITCHED},
    Topic.QUESTION: {Channel.INBOX: SWITCHED, Channel.MAIL: CAN_WAIT, Channel.PUSH: SWITCHED},
    Topic.MENTION: {Channel.INBOX: SWITCHED, Channel.MAIL: CAN_WAIT, Channel.PUSH: SWITCHED},
    Topic.GROUP: {Channel.INBOX: SWITCHED, Channel.MAIL: CAN_WAIT, Channel.PUSH: IF_ASKED},
    Topic.WATCHING: {Channel.INBOX: SWITCHED, Channel.MAIL: CAN_WAIT, Channel.PUSH: IF_ASKED},
    Topic.ANNOUNCEMENT: {
        Channel.INBOX: SWITCHED,
        Channel.MAIL: SWITCHED,
        Channel.PUSH: SWITCHED,
    },
    Topic.MESSAGE: {Channel.INBOX: ALWAYS, Channel.MAIL: SWITCHED},
    Topic.WORK: {Channel.INBOX: SWITCHED, Channel.MAIL: SWITCHED},
    Topic.SCORE: {Channel.INBOX: SWITCHED, Channel.MAIL: SWITCHED},
    Topic.SCHEDULE: {Channel.INBOX: SWITCHED, Channel.MAIL: SWITCHED, Channel.PUSH: SWITCHED},
    Topic.REMINDER: {Channel.MAIL: SWITCHED, Channel.PUSH: SWITCHED},
    Topic.REACTION: {Channel.INBOX: SWITCHED},
    Topic.CERTIFICATE: {Channel.INBOX: SWITCHED, Channel.MAIL: ALWAYS},
    # who is told that they may not do something can ask for a second look
    Topic.MEASURE: {Channel.INBOX: ALWAYS, Channel.MAIL: ALWAYS},
}
"""What can be chosen of each topic, by the channels that tell of it. The first is the default."""

LETTERS: Mapping[LetterKind, tuple[Topic, ...]] = {
    LetterKind.ANNOUNCEMENT: (Topic.ANNOUNCEMENT,),
    LetterKind.REMINDER: (Topic.REMINDER,),
    LetterKind.SCHEDULE: (Topic.SCHEDULE,),
    LetterKind.ANSWER: (Topic.REPLY, Topic.QUESTION, Topic.MENTION, Topic.GROUP, Topic.WATCHING),
    LetterKind.MESSAGE: (Topic.MESSAGE, Topic.WORK, Topic.SCORE),
}
"""What letters of a kind can tell of: one click at the foot of one stops all of it by mail."""


def default(topic: Topic, channel: Channel) -> Choice:
    """Return how somebody who chose nothing is told of a topic that a channel tells of."""
    return OFFERED[topic][channel][0]


def deviations() -> Iterable[tuple[Channel, Choice, list[Topic]]]:
    """Return what may be chosen other than by default: the topics, by channel and choice."""
    for channel in Channel:
        for choice in Choice:
            topics = [
                topic for topic, by in OFFERED.items() if choice in by.get(channel, ALWAYS)[1:]
            ]
            if topics:
                yield channel, choice, topics


def _promise() -> str:
    each = (
        f"(channel = '{channel}' AND choice = '{choice}' AND topic IN ("
        + ", ".join(f"'{topic}'" for topic in topics)
        + "))"
        for channel, choice, topics in deviations()
    )
    return " OR ".join(each)


OFFERED_CHECK = _promise()
"""``deviations``, as a condition of the table that keeps what was chosen."""
