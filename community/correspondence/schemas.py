"""What comes in and goes out about what reaches somebody."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from community.correspondence.queries import Preferences
from community.correspondence.rules import OFFERED, Channel, Choice, LetterKind, Topic, default
from community.kernel.push import LONGEST_ENDPOINT
from community.kernel.schemas import In, Out

KINDS = {
    LetterKind.ANNOUNCEMENT: (
        _l("Announcements"),
        _l("What organisers and facilitators tell everybody in a space of yours."),
    ),
    LetterKind.REMINDER: (
        _l("Reminders of live sessions"),
        _l("A day and an hour before, with an entry for your calendar."),
    ),
    LetterKind.SCHEDULE: (
        _l("New times"),
        _l("When a live session is moved or called off. Without it, look at the sessions' page."),
    ),
    LetterKind.ANSWER: (
        _l("Answers, mentions and what you watch"),
        _l(
            "When somebody answers or mentions you, or writes where you watch, and you have not "
            "read it minutes later."
        ),
    ),
    LetterKind.MESSAGE: (
        _l("Messages from organisers"),
        _l("What an organiser writes to you alone, and what is said to your work."),
    ),
}
"""Each kind of letter: its name, and what it is about."""

TOPICS: Mapping[Topic, tuple[Any, Any]] = {
    Topic.REPLY: (
        _l("An answer to a post of mine"),
        _l("Always in your inbox: you asked for it by writing, and it is lost nowhere."),
    ),
    Topic.QUESTION: (_l("An answer to a question of mine"), ""),
    Topic.MENTION: (_l("A mention of me"), ""),
    Topic.GROUP: (_l("A mention of a group that I am of"), _l("Such as all organisers.")),
    Topic.WATCHING: (_l("Something new in what I watch"), ""),
    Topic.REACTION: (_l("A reaction to a post of mine"), ""),
    Topic.ANNOUNCEMENT: (_l("An announcement in a space of mine"), ""),
    Topic.MESSAGE: (
        _l("A message from who leads my course"),
        _l("Always in your inbox: somebody wrote it to you alone."),
    ),
    Topic.WORK: (_l("What is said to my work"), ""),
    Topic.SCORE: (_l("My score in a quiz that a person marks"), ""),
    Topic.SCHEDULE: (_l("A session of mine is moved or called off"), ""),
    Topic.REMINDER: (_l("A session of mine begins soon"), _l("A day and an hour before.")),
    Topic.CERTIFICATE: (
        _l("My certificate"),
        _l("Always by mail: others may rely on it, and you have to know that it holds."),
    ),
    Topic.MEASURE: (
        _l("A decision about what I wrote, or may do"),
        _l("Always: you can ask for a second look at it."),
    ),
}
"""Each topic by name, and what has to be said of it; in the order of the page."""

CHANNELS: Mapping[Channel, Any] = {
    Channel.INBOX: _l("Inbox"),
    Channel.MAIL: _l("Mail"),
    Channel.PUSH: _l("Devices"),
}
"""Each channel by name."""

CHOICES: Mapping[Choice, Any] = {
    Choice.ON: _l("At once"),
    Choice.DIGEST: _l("In the digest"),
    Choice.OFF: _l("Not"),
}
"""Each choice by name."""


class PreferenceIn(In):
    """How one wants to be told of a topic through a channel."""

    topic = fields.Enum(Topic, by_value=True, required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    choice = fields.Enum(Choice, by_value=True, required=True)


class PreferencesIn(In):
    """What one chooses; what is not named stays."""

    items = fields.List(
        fields.Nested(PreferenceIn), required=True, validate=validate.Length(max=60)
    )


class PreferenceOut(Out):
    """How you are told of a topic through a channel; ``choices`` are those you have there."""

    topic = fields.Enum(Topic, by_value=True, required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    choice = fields.Enum(Choice, by_value=True, required=True)
    usual = fields.Enum(Choice, by_value=True, required=True)
    choices = fields.List(fields.Enum(Choice, by_value=True), required=True)


class PreferencesOut(Out):
    """All that reaches you, by topic and channel."""

    items = fields.List(fields.Nested(PreferenceOut), required=True)


class DeviceIn(In):
    """What a browser gives: where its push service takes messages, and two keys (base64url)."""

    endpoint = fields.String(required=True, validate=validate.Length(max=LONGEST_ENDPOINT))
    p256dh = fields.String(required=True, validate=validate.Length(max=100))
    auth = fields.String(required=True, validate=validate.Length(max=30))


class DeviceOut(Out):
    """A browser that tells you."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    told_at = fields.AwareDateTime(required=True, allow_none=True)


class DevicesOut(Out):
    """The browsers that tell you; ``key`` is what a browser is told to subscribe with."""

    key = fields.String(required=True)
    items = fields.List(fields.Nested(DeviceOut), required=True)


def as_items(chosen: Preferences) -> dict[str, list[dict[str, Any]]]:
    """Return preferences as ``PreferencesOut`` dumps them."""
    return {
        "items": [
            {
                "topic": topic,
                "channel": channel,
                "choice": choice,
                "usual": default(topic, channel),
                "choices": OFFERED[topic][channel],
            }
            for (topic, channel), choice in chosen.items()
        ]
    }
