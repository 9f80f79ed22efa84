"""What a thread's row says of its posts, counted anew where posts went or came back."""

import sqlalchemy as sa

from community.discussions.models import Post, Thread
from community.discussions.policy import PLACED
from community.kernel.db import db


def recount(thread: Thread) -> None:
    """Count anew what stands in a thread whose row is locked, and who said the last word there.

    The last word is the newest one: of posts that were moved in, the last need not be.
    """
    db.session.flush()
    of_thread = Post.thread_id == thread.id
    thread.removed = db.session.scalars(
        sa.select(sa.func.count()).where(of_thread, Post.removal.is_not(None), PLACED)
    ).one()
    last = db.session.execute(
        sa.select(Post.created_at, Post.author_id)
        .where(of_thread, Post.removal.is_(None))
        .order_by(Post.created_at.desc(), Post.number.desc())
        .limit(1)
    ).one_or_none()
    thread.last_posted_at = last.created_at if last else thread.created_at
    thread.last_author_id = last.author_id if last else thread.author_id
