"""What stands behind the secret of a link in a letter."""

import datetime as dt

import sqlalchemy as sa

from community.accounts.models import EmailProof, Purpose, Registration, User
from community.kernel.db import db
from community.kernel.secrets import digest_of


def link_behind(
    purpose: Purpose, secret: str, now: dt.datetime, *, lock: bool = False
) -> EmailProof | None:
    """Return the proof a link opens; None if it was used, is too old, or is for something else."""
    query = sa.select(EmailProof).where(
        EmailProof.digest == digest_of(secret),
        EmailProof.purpose == purpose,
        EmailProof.ended_at.is_(None),
        EmailProof.expires_at > now,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def owner_of(proof: EmailProof) -> User | None:
    """Return whose account a proof is about: named in it, or by its address as it is now."""
    whose = User.id == proof.user_id if proof.user_id else User.email == proof.email
    return db.session.scalar(sa.select(User).where(whose, User.deactivated_at.is_(None)))


def has_account(email: str) -> bool:
    """Whether an address (folded) has an account; for letters to it, never for a page."""
    return bool(db.session.scalar(sa.select(sa.exists().where(User.email == email))))


def registration_behind(secret: str, now: dt.datetime) -> Registration | None:
    """Return the registration a link finishes; None if it was finished or is too old."""
    return db.session.scalar(
        sa.select(Registration).where(
            Registration.digest == digest_of(secret), Registration.expires_at > now
        )
    )
