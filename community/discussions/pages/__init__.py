"""The pages of talk: the threads of a space, one thread, a new one.

Reading never writes. What has been read is said by a script as posts come into view; without
scripts by the button "Mark as read" below the posts. A GET that wrote would mark
posts as read for every prefetching browser and link checker, and could not be answered with 304.
"""

from community.discussions.pages.blocking import block, block_part, unblock
from community.discussions.pages.blueprint import pages
from community.discussions.pages.changes import editions, post, remove, restore
from community.discussions.pages.drafts import discard, draft, drafts, put_back
from community.discussions.pages.editing import attach_to_edit, edit
from community.discussions.pages.following import (
    follow,
    follow_all,
    forget_space,
    forget_thread,
    my_following,
)
from community.discussions.pages.frame import contribute
from community.discussions.pages.keeping import (
    answer,
    lock,
    pin,
    settings,
    take_answer_back,
    unread,
)
from community.discussions.pages.keeping_drafts import keep_edit, keep_reply, keep_thread
from community.discussions.pages.moving import choose, merge, move, split
from community.discussions.pages.new_thread import attach_to_new, new_thread
from community.discussions.pages.polls import (
    close_poll,
    edit_poll,
    poll,
    remove_poll,
    reopen_poll,
)
from community.discussions.pages.reactions import reactions
from community.discussions.pages.replies import attach_to_reply, read, reply
from community.discussions.pages.tags import remove_this_tag, tag, tag_list
from community.discussions.pages.thread import thread
from community.discussions.pages.thread_list import thread_list
from community.discussions.pages.writing import attachment

__all__ = [
    "answer",
    "attach_to_edit",
    "attach_to_new",
    "attach_to_reply",
    "attachment",
    "block",
    "block_part",
    "choose",
    "close_poll",
    "contribute",
    "discard",
    "draft",
    "drafts",
    "edit",
    "edit_poll",
    "editions",
    "follow",
    "follow_all",
    "forget_space",
    "forget_thread",
    "keep_edit",
    "keep_reply",
    "keep_thread",
    "lock",
    "merge",
    "move",
    "my_following",
    "new_thread",
    "pages",
    "pin",
    "poll",
    "post",
    "put_back",
    "reactions",
    "read",
    "remove",
    "remove_poll",
    "remove_this_tag",
    "reopen_poll",
    "reply",
    "restore",
    "settings",
    "split",
    "tag",
    "tag_list",
    "take_answer_back",
    "thread",
    "thread_list",
    "unblock",
    "unread",
]
