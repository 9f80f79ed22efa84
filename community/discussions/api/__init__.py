"""Threads, posts, what belongs to them, what one follows and what one has begun, over JSON."""

from community.discussions.api import (
    attachments,
    blocking,
    completing,
    drafts,
    following,
    moving,
    polls,
    reactions,
    tags,
    threads,
)
from community.discussions.api.blueprint import api

__all__ = [
    "api",
    "attachments",
    "blocking",
    "completing",
    "drafts",
    "following",
    "moving",
    "polls",
    "reactions",
    "tags",
    "threads",
]
