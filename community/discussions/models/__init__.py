"""Threads, posts with their files and mentions, and what each member has read and follows."""

from community.discussions.models.attachments import Attachment
from community.discussions.models.blocking import Block
from community.discussions.models.drafts import PostDraft
from community.discussions.models.following import SpaceLevel, ThreadLevel
from community.discussions.models.mentions import Mention
from community.discussions.models.polls import Ballot, Poll, PollKind, PollShows
from community.discussions.models.posts import STALE, Post, PostEdition, Removal
from community.discussions.models.reactions import Reaction, ReactionKind
from community.discussions.models.tags import Tag, ThreadTag
from community.discussions.models.threads import ReadPointer, Thread, ThreadKind

__all__ = [
    "STALE",
    "Attachment",
    "Ballot",
    "Block",
    "Mention",
    "Poll",
    "PollKind",
    "PollShows",
    "Post",
    "PostDraft",
    "PostEdition",
    "Reaction",
    "ReactionKind",
    "ReadPointer",
    "Removal",
    "SpaceLevel",
    "Tag",
    "Thread",
    "ThreadKind",
    "ThreadLevel",
    "ThreadTag",
]
