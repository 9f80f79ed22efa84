"""What one can do in the threads of a space."""

from community.discussions.operations.editing import edit_post
from community.discussions.operations.reading import erase, mark_read
from community.discussions.operations.removing import remove_post, restore_post, wipe_removed
from community.discussions.operations.replies import post_reply
from community.discussions.operations.threads import start_rendered_thread, start_thread
from community.discussions.operations.words import rendered

__all__ = [
    "edit_post",
    "erase",
    "mark_read",
    "post_reply",
    "remove_post",
    "rendered",
    "restore_post",
    "start_rendered_thread",
    "start_thread",
    "wipe_removed",
]
