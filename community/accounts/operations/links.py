"""Links in letters: made, and ended when they were used or another takes their place."""

import datetime as dt
import uuid

import sqlalchemy as sa

from community.accounts.models import EmailProof, Purpose
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.secrets import derive, digest_of


def new_link(
    ctx: Context,
    purpose: Purpose,
    *,
    email: str,
    lasts: dt.timedelta,
    user_id: uuid.UUID | None = None,
) -> EmailProof:
    """Make the row behind a link; its secret is derived again when the letter is written."""
    key = new_key()
    proof = EmailProof(
        id=key,
        purpose=purpose,
        user_id=user_id,
        email=email,
        digest=digest_of(derive("email_proof", key)),
        created_at=ctx.now,
        expires_at=ctx.now + lasts,
        ended_at=None,
    )
    db.session.add(proof)
    return proof


def end_links(
    ctx: Context, purpose: Purpose, *, email: str | None = None, user_id: uuid.UUID | None = None
) -> None:
    """End the links of a purpose that were sent to an address, or for a person."""
    whose = EmailProof.email == email if email is not None else EmailProof.user_id == user_id
    db.session.execute(
        sa.update(EmailProof)
        .where(EmailProof.purpose == purpose, EmailProof.ended_at.is_(None), whose)
        .values(ended_at=ctx.now)
    )
