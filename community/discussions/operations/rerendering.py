"""Posts that an older renderer made are made again, a few at a time, while nobody waits."""

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from community.discussions.models import STALE, Post
from community.discussions.operations.words import html_of
from community.discussions.queries import attachments_of_posts, rolls_of_posts
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation

AT_ONCE = 25  # in one transaction
BATCHES = 4  # in one go of the worker, which has other things to do

_STALE = (
    sa.select(Post.id, Post.body, Post.edition, Post.renderer)
    .where(sa.text(STALE), Post.id > sa.bindparam("after", type_=sa.Uuid()))
    .order_by(Post.id)
    .limit(AT_ONCE)
)
_MAKE: Any = Post.__table__


def render_again(ctx: Context) -> int:
    """Render some posts again that another renderer made; returns how many were found.

    Where none is left that is one look into an empty index.
    """
    found, after = 0, uuid.UUID(int=0)
    for _batch in range(BATCHES):
        rows = execute(_STALE, {"after": after}).all()
        if not rows:
            break
        found, after = found + len(rows), rows[-1].id
        keys = [row.id for row in rows]
        rolls, files = rolls_of_posts(keys), attachments_of_posts(keys)
        made = [
            (row, html_of(row.body, row.id, rolls[row.id], files.get(row.id, {}))[0])
            for row in rows
        ]
        _put(ctx, made)
    return found


@operation
def _put(ctx: Context, made: Collection[tuple[Any, str]]) -> None:
    """Put new HTML in the place of the old, but where a post was changed or wiped meanwhile.

    One that somebody holds just now waits for the next time: nobody waits for the other.
    """
    keys = [row.id for row, _html in made]
    free = sa.select(_MAKE.c.id).where(_MAKE.c.id.in_(keys)).with_for_update(skip_locked=True)
    held = set(execute(free).scalars())
    for row, html in made:
        if row.id not in held:
            continue
        execute(
            sa.update(_MAKE)
            .where(
                _MAKE.c.id == row.id,
                _MAKE.c.edition == row.edition,
                _MAKE.c.renderer == row.renderer,
                _MAKE.c.body == row.body,
            )
            .values(html=html, renderer=markdown.RENDERER)
        )
