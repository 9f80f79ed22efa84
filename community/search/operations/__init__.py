"""Writing the index: of what has just happened, and all of it."""

from community.search.operations.filling import Filled, fill, lag, rebuild, restart
from community.search.operations.indexing import (
    index,
    index_again,
    index_person,
    index_post,
    index_session,
    index_space,
    index_tag,
    index_thread,
    index_thread_with_posts,
    index_version,
)

__all__ = [
    "Filled",
    "fill",
    "index",
    "index_again",
    "index_person",
    "index_post",
    "index_session",
    "index_space",
    "index_tag",
    "index_thread",
    "index_thread_with_posts",
    "index_version",
    "lag",
    "rebuild",
    "restart",
]
