"""The pages of talk: the threads of a space, one thread, a new one.

Reading never writes. What has been read is said by a script as posts come into view; without
scripts by the button "Mark as read" below the posts. A GET that wrote would mark
posts as read for every prefetching browser and link checker, and could not be answered with 304.
"""

from community.discussions.pages.blueprint import pages
from community.discussions.pages.changes import edit, editions, post, remove, restore
from community.discussions.pages.keeping import (
    answer,
    lock,
    pin,
    settings,
    take_answer_back,
    unread,
)
from community.discussions.pages.new_thread import new_thread
from community.discussions.pages.replies import read, reply
from community.discussions.pages.thread import thread
from community.discussions.pages.thread_list import thread_list

__all__ = [
    "answer",
    "edit",
    "editions",
    "lock",
    "new_thread",
    "pages",
    "pin",
    "post",
    "read",
    "remove",
    "reply",
    "restore",
    "settings",
    "take_answer_back",
    "thread",
    "thread_list",
    "unread",
]
