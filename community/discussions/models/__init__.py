"""Threads, posts, and how far each member has read."""

from community.discussions.models.posts import Post, PostEdition, Removal
from community.discussions.models.threads import ReadPointer, Thread, ThreadKind

__all__ = ["Post", "PostEdition", "ReadPointer", "Removal", "Thread", "ThreadKind"]
