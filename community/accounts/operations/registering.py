"""Getting an account: asked for by anybody, given to who opens the letter.

Until the letter is opened there is no account, so nobody holds an address that is not theirs, and
what a stranger typed for somebody else's address comes to nothing: whoever opens the letter must
also know the password that was typed, or sit at the browser it was typed in.

Asking looks nothing up. What is done and said is the same whether the address is known or not; the
letter is what differs.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import Registration, RegistrationMode, User
from community.accounts.operations.people import register_user
from community.accounts.queries import registration_behind, registration_mode
from community.accounts.rules import REGISTRATION_LASTS
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.kernel.secrets import derive, digest_of


def refuse_newcomers(*, invited: bool) -> None:
    """Raise Conflict where nobody, or nobody without an invitation, gets an account now."""
    mode = registration_mode()
    if mode is RegistrationMode.CLOSED:
        raise Conflict(_("This network takes no new accounts at the moment."))
    if mode is RegistrationMode.INVITATION and not invited:
        raise Conflict(_("You get an account here when somebody invites you."))


@operation
def ask_registration(
    ctx: Context,
    *,
    email: str,
    name: str,
    password_hash: str,
    zone: str,
    language: str,
    invitation_id: uuid.UUID | None = None,
) -> Registration:
    """Keep what somebody typed till they open the letter; ``email`` is folded already.

    ``invitation_id`` is what a feature above lets them in by. Raises Conflict where nobody gets an
    account this way.
    """
    refuse_newcomers(invited=invitation_id is not None)
    key = new_key()
    registration = Registration(
        id=key,
        email=email,
        name=name,
        password_hash=password_hash,
        zone=zone,
        language=language,
        invitation_id=invitation_id,
        digest=digest_of(derive("registration", key)),
        created_at=ctx.now,
        expires_at=ctx.now + REGISTRATION_LASTS,
    )
    db.session.add(registration)
    enqueue(ctx, "accounts.mail_registration", {"registration_id": str(key)})
    return registration


@operation
def finish_registration(ctx: Context, secret: str) -> User:
    """Make the account whose letter was opened; ``ctx`` acts as the registration's id.

    The door has made sure that whoever opened it is who asked for it. Raises NotFound for a link
    that does not work, Conflict if the address has an account by now, or nobody gets one; what a
    reaction refuses undoes it all.
    """
    found = registration_behind(secret, ctx.now)
    if found is None or found.id != ctx.person:
        raise NotFound
    registration = db.session.get(Registration, found.id, with_for_update=True)
    if registration is None:
        raise NotFound
    refuse_newcomers(invited=registration.invitation_id is not None)
    db.session.execute(
        sa.delete(Registration).where(Registration.email == registration.email),
        execution_options={"synchronize_session": False},
    )
    db.session.expunge(registration)
    return register_user(
        ctx,
        email=registration.email,
        name=registration.name,
        password_hash=registration.password_hash,
        zone=registration.zone,
        language=registration.language,
        verified=True,
        invitation_id=registration.invitation_id,
    )
