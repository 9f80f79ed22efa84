"""What happens in a discussion; a thread's events are numbered in its stream."""

import dataclasses
import uuid

from community.kernel.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadStarted(Event):
    name = "discussions.thread_started"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReplyPosted(Event):
    name = "discussions.reply_posted"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    name = "discussions.post_edited"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    post_id: uuid.UUID
    number: int
    edition: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostRemoved(Event):
    name = "discussions.post_removed"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    name = "discussions.post_restored"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadChanged(Event):
    """Its title or kind, whether it is pinned or locked, or which post answers it."""

    name = "discussions.thread_changed"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    what: str
