"""A case is decided while its post is held: no report joins it meanwhile."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Post, Thread
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.moderation.models import Case

ANEW = {"populate_existing": True}


def hold_post_of(case: Case) -> tuple[Thread, Post]:
    """Return the post of a case and its thread, both held till the commit; wherever they stand.

    The thread first, as everybody does. Raises Conflict where it was moved while it was waited for.
    """
    its_post = sa.select(Post).where(Post.id == case.post_id)
    thread_id = db.session.scalars(its_post.with_only_columns(Post.thread_id)).one()
    its_thread = sa.select(Thread).where(Thread.id == thread_id)
    # not against what refers to it: as wherever a thread is held
    held = its_thread.with_for_update(key_share=True)
    thread = db.session.scalars(held.execution_options(**ANEW)).one()
    post = db.session.scalars(its_post.with_for_update().execution_options(**ANEW)).one()
    if post.thread_id != thread.id:
        raise Conflict(_("This post was moved meanwhile. Try once more."))
    return thread, post


def open_case(ctx: Context, space_id: uuid.UUID, post: Post) -> uuid.UUID:
    """Return the open case of a post in a space, its thread is held; made if there is none.

    One from a space where the post stood before is not joined: others read it.
    """
    of_post = Case.post_id == post.id, Case.space_id == space_id
    there: uuid.UUID | None = execute(
        sa.select(Case.id).where(*of_post, Case.closed_at.is_(None))
    ).scalar()
    if there is not None:
        return there
    case = Case(
        id=new_key(),
        post_id=post.id,
        space_id=space_id,
        author_id=post.author_id,
        opened_at=ctx.now,
    )
    db.session.add(case)
    db.session.flush()
    return case.id
