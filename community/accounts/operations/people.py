"""Having an account."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import UserRegistered
from community.accounts.models import User
from community.accounts.operations.profiles import new_profile
from community.accounts.rules import check_email
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record


@operation
def register_user(
    ctx: Context,
    *,
    email: str,
    name: str,
    password_hash: str,
    zone: str,
    language: str,
    admin: bool = False,
    verified: bool = False,
    invitation_id: uuid.UUID | None = None,
) -> User:
    """Make an account; ``ctx`` acts as the id the newcomer is to have.

    ``verified``: they came by a letter to this very address. ``invitation_id``: what a feature
    above lets them in by, told to it by the event.

    No door offers this alone; what makes an account nests it: a registration whose letter was
    opened, an invitation, the founding of the network. Raises Invalid naming ``email``, Conflict if
    the address has an account.
    """
    folded = check_email(email)
    if db.session.scalar(sa.select(User.id).where(User.email == folded)) is not None:
        raise Conflict(_("This address has an account already: sign in with it."))
    user = User(
        id=ctx.person,
        email=folded,
        name=name,
        password_hash=password_hash,
        zone=zone,
        language=language,
        admin=admin,
        email_verified_at=ctx.now if verified else None,
        created_at=ctx.now,
        deactivated_at=None,
    )
    db.session.add(user)
    db.session.flush()
    new_profile(user)
    record(UserRegistered(user_id=user.id, invitation_id=invitation_id))
    return user
