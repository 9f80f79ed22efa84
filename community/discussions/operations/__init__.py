"""What one can do in the threads of a space."""

from community.discussions.operations.attaching import (
    add_attachment,
    refuse_attachment,
    sweep_attachments,
)
from community.discussions.operations.blocking import block_person, unblock_person
from community.discussions.operations.drafts import (
    discard_draft,
    discard_of,
    restore_draft,
    save_edit_draft,
    save_reply_draft,
    save_thread_draft,
)
from community.discussions.operations.editing import edit_post
from community.discussions.operations.following import follow_space, follow_thread
from community.discussions.operations.keeping import (
    accept_answer,
    lock_thread,
    pin_thread,
    rename_thread,
    take_back_answer,
)
from community.discussions.operations.leaving import erase
from community.discussions.operations.limiting import refuse_links
from community.discussions.operations.moving import merge_posts, move_thread, split_thread
from community.discussions.operations.polling import (
    PollGiven,
    close_poll,
    edit_poll,
    remove_poll,
    reopen_poll,
    vote,
)
from community.discussions.operations.reacting import react
from community.discussions.operations.reading import mark_read, mark_unread
from community.discussions.operations.relocating import Moved
from community.discussions.operations.removing import (
    hide_post,
    may_still_come_back,
    remove_post,
    restore_post,
    wipe_removed,
)
from community.discussions.operations.replies import post_reply, space_written_in
from community.discussions.operations.rerendering import render_again
from community.discussions.operations.sending import WrittenOn
from community.discussions.operations.sweeping import Swept, mark_all_read, undo_mark_all
from community.discussions.operations.tags import remove_tag, rename_tag
from community.discussions.operations.threads import start_rendered_thread, start_thread
from community.discussions.operations.waiting import approve_post
from community.discussions.operations.words import (
    rendered,
    rendered_alone,
    space_of_thread,
    unheard,
)

__all__ = [
    "Moved",
    "PollGiven",
    "Swept",
    "WrittenOn",
    "accept_answer",
    "add_attachment",
    "approve_post",
    "block_person",
    "close_poll",
    "discard_draft",
    "discard_of",
    "edit_poll",
    "edit_post",
    "erase",
    "follow_space",
    "follow_thread",
    "hide_post",
    "lock_thread",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "may_still_come_back",
    "merge_posts",
    "move_thread",
    "pin_thread",
    "post_reply",
    "react",
    "refuse_attachment",
    "refuse_links",
    "remove_poll",
    "remove_post",
    "remove_tag",
    "rename_tag",
    "rename_thread",
    "render_again",
    "rendered",
    "rendered_alone",
    "reopen_poll",
    "restore_draft",
    "restore_post",
    "save_edit_draft",
    "save_reply_draft",
    "save_thread_draft",
    "space_of_thread",
    "space_written_in",
    "split_thread",
    "start_rendered_thread",
    "start_thread",
    "sweep_attachments",
    "take_back_answer",
    "unblock_person",
    "undo_mark_all",
    "unheard",
    "vote",
    "wipe_removed",
]
