"""What one can do in the threads of a space."""

from community.discussions.operations.editing import edit_post
from community.discussions.operations.keeping import (
    accept_answer,
    lock_thread,
    pin_thread,
    rename_thread,
    take_back_answer,
)
from community.discussions.operations.reading import erase, mark_read, mark_unread
from community.discussions.operations.removing import remove_post, restore_post, wipe_removed
from community.discussions.operations.replies import post_reply
from community.discussions.operations.threads import start_rendered_thread, start_thread
from community.discussions.operations.words import rendered

__all__ = [
    "accept_answer",
    "edit_post",
    "erase",
    "lock_thread",
    "mark_read",
    "mark_unread",
    "pin_thread",
    "post_reply",
    "remove_post",
    "rename_thread",
    "rendered",
    "restore_post",
    "start_rendered_thread",
    "start_thread",
    "take_back_answer",
    "wipe_removed",
]
