"""Reads of threads, posts and what is attached to them."""

from community.discussions.queries.attachments import (
    attachment_file,
    attachments_of_posts,
    attachments_open_to,
    note_of,
    room_used,
    sort_of_attachment,
)
from community.discussions.queries.blocking import blocked_ids, blocked_people, blocks
from community.discussions.queries.choosing import standing_posts, threads_named
from community.discussions.queries.completing import groups_offered, people_offered
from community.discussions.queries.drafts import (
    begun_in,
    draft_of,
    my_draft,
    my_drafts,
)
from community.discussions.queries.following import (
    WATCHED,
    followed_spaces,
    followed_threads,
    level_for,
    level_of_space,
    watchers,
)
from community.discussions.queries.heads import (
    OF_FOLLOWING,
    level_in,
    thread_head,
    threads_seen,
)
from community.discussions.queries.lists import (
    Shown,
    announced_first,
    is_announced,
    pinned_in,
    pinned_threads,
    threads_among,
    threads_of,
)
from community.discussions.queries.mentions import mentions_in, roll_of, rolls_of_posts
from community.discussions.queries.newcomers import posts_standing
from community.discussions.queries.personal import personal
from community.discussions.queries.pointers import (
    ANNOUNCED,
    SWEPT_AT,
    UNCOUNTED,
    UNREAD,
    with_pointer,
)
from community.discussions.queries.polls import PollSeen, poll_in, poll_of, polls_of, votes_in
from community.discussions.queries.posts import (
    POST_COLUMNS,
    body_of,
    editions_of,
    first_standing,
    opening_words,
    place_of,
    post_at,
    posts_after,
    posts_of_events,
    words_of,
)
from community.discussions.queries.purposes import begun_for_what, purpose_of
from community.discussions.queries.reactions import reactions_to, tallies_of, tally_of
from community.discussions.queries.tags import TAGS, tags_in, tags_of, tags_of_space
from community.discussions.queries.unanswered import UNANSWERED, usual_answer
from community.discussions.queries.unread import UNREAD_BY_SPACE, unread_threads
from community.discussions.queries.waiting import (
    how_many_wait,
    waiting_in_thread,
    waiting_place,
    waiting_threads,
)

__all__ = [
    "ANNOUNCED",
    "OF_FOLLOWING",
    "POST_COLUMNS",
    "SWEPT_AT",
    "TAGS",
    "UNANSWERED",
    "UNCOUNTED",
    "UNREAD",
    "UNREAD_BY_SPACE",
    "WATCHED",
    "PollSeen",
    "Shown",
    "announced_first",
    "attachment_file",
    "attachments_of_posts",
    "attachments_open_to",
    "begun_for_what",
    "begun_in",
    "blocked_ids",
    "blocked_people",
    "blocks",
    "body_of",
    "draft_of",
    "editions_of",
    "first_standing",
    "followed_spaces",
    "followed_threads",
    "groups_offered",
    "how_many_wait",
    "is_announced",
    "level_for",
    "level_in",
    "level_of_space",
    "mentions_in",
    "my_draft",
    "my_drafts",
    "note_of",
    "opening_words",
    "people_offered",
    "personal",
    "pinned_in",
    "pinned_threads",
    "place_of",
    "poll_in",
    "poll_of",
    "polls_of",
    "post_at",
    "posts_after",
    "posts_of_events",
    "posts_standing",
    "purpose_of",
    "reactions_to",
    "roll_of",
    "rolls_of_posts",
    "room_used",
    "sort_of_attachment",
    "standing_posts",
    "tags_in",
    "tags_of",
    "tags_of_space",
    "tallies_of",
    "tally_of",
    "thread_head",
    "threads_among",
    "threads_named",
    "threads_of",
    "threads_seen",
    "unread_threads",
    "usual_answer",
    "votes_in",
    "waiting_in_thread",
    "waiting_place",
    "waiting_threads",
    "watchers",
    "with_pointer",
    "words_of",
]
