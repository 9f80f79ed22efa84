"""What has just changed, looked at again and written into the index.

Each job is told ids and reads what is true now: done twice, late or out of order it does no harm.
"""

import uuid
from collections.abc import Sequence

from community.kernel.context import Context
from community.kernel.operation import enqueue, operation
from community.search.models import EntryKind
from community.search.operations.writing import hold, put, take
from community.search.queries.subjects import (
    held_of_space,
    pages_of_version,
    posts_of_thread,
    posts_of_threads,
    subjects,
    threads_of_space,
    threads_with_tag,
)

AT_ONCE = 200  # entries in one transaction
THREADS_AT_ONCE = 50  # of a space, with all that stands in them, in one job

OF_SPACE = "search.index_space"
NONE = uuid.UUID(int=0)


@operation
def index(ctx: Context, kind: EntryKind, keys: Sequence[uuid.UUID]) -> int:
    """Write what the index holds of some things, as they are now; what is gone is taken out.

    Returns how many are there.
    """
    hold()
    found = subjects(kind, keys)
    put(kind, found)
    there = {subject.id for subject in found}
    take(kind, [key for key in keys if key not in there])
    return len(found)


def index_thread(ctx: Context, thread_id: str, **_event: object) -> None:
    """Index a thread with its first post."""
    index(ctx, EntryKind.THREAD, [uuid.UUID(thread_id)])


def index_post(ctx: Context, thread_id: str, post_id: str, number: int, **_event: object) -> None:
    """Index a post; the first one stands with its thread."""
    if number == 1:
        index(ctx, EntryKind.THREAD, [uuid.UUID(thread_id)])
    else:
        index(ctx, EntryKind.POST, [uuid.UUID(post_id)])


def index_person(ctx: Context, user_id: str, **_event: object) -> None:
    """Index a person."""
    index(ctx, EntryKind.PERSON, [uuid.UUID(user_id)])


def index_session(ctx: Context, session_id: str, **_event: object) -> None:
    """Index a session."""
    index(ctx, EntryKind.SESSION, [uuid.UUID(session_id)])


def index_version(ctx: Context, version_id: str, **_event: object) -> None:
    """Index the pages of a version that was published."""
    after = NONE
    while keys := pages_of_version(uuid.UUID(version_id), after, AT_ONCE):
        index(ctx, EntryKind.PAGE, keys)
        after = keys[-1]


def index_tag(ctx: Context, tag_id: str, into_id: str | None = None, **_event: object) -> None:
    """Index the threads that have a tag, which is called otherwise since."""
    after = NONE
    while keys := threads_with_tag(uuid.UUID(into_id or tag_id), after, AT_ONCE):
        index(ctx, EntryKind.THREAD, keys)
        after = keys[-1]


def index_thread_with_posts(ctx: Context, thread_id: str, **_event: object) -> None:
    """Index a thread and everything that stands in it: it was moved, or posts came or went."""
    key, number = uuid.UUID(thread_id), 0
    index(ctx, EntryKind.THREAD, [key])
    while posts := posts_of_thread(key, number, AT_ONCE):
        index(ctx, EntryKind.POST, [post.id for post in posts])
        number = posts[-1].number


def index_space(ctx: Context, space_id: uuid.UUID | str, after: str = "", **_event: object) -> None:
    """Index everything said in a space: for what came in without events, such as an import.

    Some threads with all their posts, and a job is owed for those that follow: entries are written
    many at once, whatever the threads they belong to.
    """
    space, last = uuid.UUID(str(space_id)), uuid.UUID(after) if after else NONE
    keys = threads_of_space(space, last, THREADS_AT_ONCE)
    if not keys:
        return
    index(ctx, EntryKind.THREAD, keys)
    place = (NONE, 0)
    while posts := posts_of_threads(keys, place, AT_ONCE):
        index(ctx, EntryKind.POST, [post.id for post in posts])
        place = (posts[-1].thread_id, posts[-1].number)
    _owe(ctx, space, keys[-1])


@operation
def _owe(ctx: Context, space_id: uuid.UUID, after: uuid.UUID) -> None:
    """Owe a job for the threads of a space that follow one."""
    enqueue(ctx, OF_SPACE, {"space_id": str(space_id), "after": str(after)})


def index_again(ctx: Context, space_id: str, **_event: object) -> None:
    """Look again at everything of a space that the index holds: some of it went without events."""
    space = uuid.UUID(space_id)
    for kind in (EntryKind.THREAD, EntryKind.POST):
        number = 0
        while held := held_of_space(space, kind, number, AT_ONCE):
            index(ctx, kind, [entry.subject_id for entry in held])
            number = held[-1].number
