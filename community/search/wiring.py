"""Search, assembled."""

import datetime as dt

from community.academy.events import VersionPublished
from community.accounts.events import (
    AccountDeleted,
    AccountSwitchedOff,
    AccountSwitchedOn,
    ProfileChanged,
    UserRegistered,
)
from community.discussions.events import (
    PostEdited,
    PostRemoved,
    PostRestored,
    PostsMovedAway,
    PostsMovedIn,
    ReplyPosted,
    TagRemoved,
    TagRenamed,
    ThreadChanged,
    ThreadMoved,
    ThreadStarted,
)
from community.kernel.feature import Feature, Periodic
from community.live.events import REPLANNED
from community.search import operations
from community.search.api import api
from community.search.commands import search
from community.search.pages import contribute, pages
from community.spaces.events import MemberJoined
from community.transfers.events import ImportTakenBack, SpaceImported

THREAD, POST = "search.index_thread", "search.index_post"
WHOLE, SPACE = "search.index_thread_with_posts", "search.index_space"
AGAIN = "search.index_again"
PERSON, SESSION = "search.index_person", "search.index_session"
VERSION, TAG = "search.index_version", "search.index_tag"

_POSTS = (ReplyPosted, PostEdited, PostRemoved, PostRestored)
_MOVED = (PostsMovedAway, PostsMovedIn, ThreadMoved)
_PEOPLE = (
    *(UserRegistered, ProfileChanged, MemberJoined),
    *(AccountSwitchedOff, AccountSwitchedOn, AccountDeleted),
)

FEATURE = Feature(
    name="search",
    pages=(pages,),
    apis=(api,),
    later=(
        (ThreadStarted, THREAD),
        (ThreadChanged, THREAD),
        *((event, POST) for event in _POSTS),
        *((event, WHOLE) for event in _MOVED),
        *((event, PERSON) for event in _PEOPLE),
        *((event, SESSION) for event in REPLANNED),
        (VersionPublished, VERSION),
        (TagRenamed, TAG),
        (TagRemoved, AGAIN),
        (SpaceImported, SPACE),
        (ImportTakenBack, AGAIN),
    ),
    jobs={
        THREAD: operations.index_thread,
        POST: operations.index_post,
        WHOLE: operations.index_thread_with_posts,
        SPACE: operations.index_space,
        AGAIN: operations.index_again,
        PERSON: operations.index_person,
        SESSION: operations.index_session,
        VERSION: operations.index_version,
        TAG: operations.index_tag,
    },
    periodic=(Periodic(name="search.fill", every=dt.timedelta(seconds=2), run=operations.fill),),
    commands=(search,),
    frame=contribute,
)
