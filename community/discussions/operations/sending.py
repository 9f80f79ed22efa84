"""What is sent is a draft no more."""

import dataclasses
import uuid
from typing import Any

import sqlalchemy as sa

from community.discussions.models import PostDraft
from community.kernel.context import Context
from community.kernel.db import execute

# The hot path: every reply asks whether there was a draft of it.
_DRAFT: Any = PostDraft.__table__
_SENT = sa.delete(_DRAFT).where(
    _DRAFT.c.user_id == sa.bindparam("me", type_=sa.Uuid()),
    _DRAFT.c.form == sa.bindparam("form_sent", type_=sa.Uuid()),
    sa.or_(
        _DRAFT.c.body == sa.bindparam("words", type_=sa.Text()),
        _DRAFT.c.revision == sa.bindparam("known", type_=sa.Integer()),
    ),
)


def drop_draft(ctx: Context, form: uuid.UUID, body: str, revision: int | None) -> None:
    """Remove the draft of what is being sent, in its transaction.

    It is the same text, or its ``revision`` is that of the draft the text was written on; what
    another window has written since stays.
    """
    given = {"me": ctx.person, "form_sent": form, "words": body, "known": revision or 0}
    execute(_SENT, given)


@dataclasses.dataclass(frozen=True, slots=True)
class WrittenOn:
    """The draft of a new thread as a window knows it: which one, and its revision."""

    form: uuid.UUID
    revision: int


def drop_thread_draft(
    ctx: Context,
    space_id: uuid.UUID,
    title: str,
    body: str,
    draft: WrittenOn | None,
) -> None:
    """Remove the draft of a thread that is being begun, as ``drop_draft``."""
    these = [sa.and_(PostDraft.title == title, PostDraft.body == body)]
    if draft is not None:
        known = sa.and_(PostDraft.form == draft.form, PostDraft.revision == draft.revision)
        these.append(known)
    here = PostDraft.user_id == ctx.person, PostDraft.space_id == space_id
    execute(sa.delete(PostDraft).where(*here, sa.or_(*these)))
