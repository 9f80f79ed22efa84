"""What happens in a discussion; what is read in a thread is numbered in its stream."""

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
    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PeopleMentioned(Event):
    """A post mentions people, or groups, that it did not mention before.

    ``people`` are ids, ``groups`` values of ``MentionedGroup``.
    """

    name = "discussions.people_mentioned"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostHeld(Event):
    """Somebody who is new wrote a post that waits for approval; it has no number yet.

    Not of the thread's stream: who follows it does not learn of it.
    """

    name = "discussions.post_held"

    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostWithdrawn(Event):
    """A post that waited for approval was taken away by who wrote it."""

    name = "discussions.post_withdrawn"

    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID


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
    """A post was taken away; ``led``: by who leads its space, for a ``reason`` if they gave one.

    Where a decision about it took it away it is neither: that is told by itself.
    """

    name = "discussions.post_removed"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    author_id: uuid.UUID
    post_id: uuid.UUID
    number: int
    led: bool = False
    reason: str | None = None


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
    """Its title, kind or tags, whether it is pinned, locked or merged, or which post answers it."""

    name = "discussions.thread_changed"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    what: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostsMovedAway(Event):
    """Posts stand in another thread since, in the same order from the number ``first`` on.

    ``numbers`` are those they had here.
    """

    name = "discussions.posts_moved_away"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    to_id: uuid.UUID
    numbers: tuple[int, ...]
    first: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostsMovedIn(Event):
    """Posts of another thread stand in this one, from the number ``first`` on.

    ``numbers`` are those they had there.
    """

    name = "discussions.posts_moved_in"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    from_id: uuid.UUID
    numbers: tuple[int, ...]
    first: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadMoved(Event):
    """A thread stands in another space."""

    name = "discussions.thread_moved"
    stream = "thread_id"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    from_space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class TagRenamed(Event):
    """A tag is called otherwise; ``into_id``: it is that other one since, which was called so."""

    name = "discussions.tag_renamed"

    tag_id: uuid.UUID
    space_id: uuid.UUID
    into_id: uuid.UUID | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TagRemoved(Event):
    """No thread has a tag any more, by the word of who facilitates the space."""

    name = "discussions.tag_removed"

    tag_id: uuid.UUID
    space_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadRead(Event):
    """Somebody has read a thread up to a post; told to themself, and not logged."""

    name = "discussions.thread_read"

    thread_id: uuid.UUID
    user_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThreadUnread(Event):
    """Somebody is to read a thread again from a post on; told to themself, and not logged."""

    name = "discussions.thread_unread"

    thread_id: uuid.UUID
    user_id: uuid.UUID
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PostReacted(Event):
    """Somebody reacted to a post, or took it back; told to who looks on, and not logged."""

    name = "discussions.post_reacted"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    post_id: uuid.UUID


@dataclasses.dataclass(frozen=True, kw_only=True)
class PollChanged(Event):
    """Somebody voted, or a poll was closed, opened or written anew; told, and not logged."""

    name = "discussions.poll_changed"

    thread_id: uuid.UUID
    space_id: uuid.UUID
    post_id: uuid.UUID
