"""The accounts feature, assembled."""

import datetime as dt
import uuid

import sqlalchemy as sa

from community.accounts import events
from community.accounts.api import api
from community.accounts.commands import second_step, settings, token, user
from community.accounts.events import NewDeviceUsed
from community.accounts.letters import (
    factors,
    mail_address,
    mail_deleted,
    mail_new_device,
    mail_password_changed,
    mail_registration,
    mail_reset,
    mail_undo,
)
from community.accounts.models import (
    ApiToken,
    Challenge,
    EmailProof,
    Registration,
    SignIn,
    WaitingSignIn,
)
from community.accounts.operations import note_seen, note_used
from community.accounts.pages import contribute, pages
from community.accounts.queries import DOORKEEPER, SEEN_SINCE
from community.accounts.queries.personal import personal
from community.kernel.context import Context
from community.kernel.feature import Feature, Personal, Sweep, Tick

LETTERS = (
    (events.CodeAppAdded, "accounts.tell_app_added", factors.app_added),
    (events.CodeAppRemoved, "accounts.tell_app_removed", factors.app_removed),
    (events.PasskeyAdded, "accounts.tell_passkey_added", factors.passkey_added),
    (events.PasskeyRemoved, "accounts.tell_passkey_removed", factors.passkey_removed),
    (events.PasskeyDoubted, "accounts.tell_passkey_doubted", factors.passkey_doubted),
    (events.RecoveryCodesMade, "accounts.tell_codes_made", factors.codes_made),
    (events.RecoveryCodeUsed, "accounts.tell_code_used", factors.code_used),
    (events.CodesHeld, "accounts.tell_codes_held", factors.codes_held),
    (events.TokenCreated, "accounts.tell_token_created", factors.token_created),
)
KEPT = dt.timedelta(days=7)  # what opens nothing any more, for who asks what happened
SOON = dt.timedelta(hours=1)  # what opened nothing, and no one asks about


def write_seen(ctx: Context, _node: uuid.UUID) -> None:
    """Write when sign-ins and tokens were last in use, many at once: a page only reads."""
    if seen := DOORKEEPER.take_seen():
        note_seen(ctx, seen)
    if used := DOORKEEPER.take_used():
        note_used(ctx, used)


FEATURE = Feature(
    name="accounts",
    pages=(pages,),
    apis=(api,),
    sweeps=(
        Sweep(
            model=SignIn,
            old=lambda now: sa.and_(
                sa.or_(SignIn.ended_at < now - KEPT, SignIn.expires_at < now - KEPT),
                SEEN_SINCE,
            ),
        ),
        Sweep(model=EmailProof, old=lambda now: EmailProof.expires_at < now),
        Sweep(model=Registration, old=lambda now: Registration.expires_at < now),
        Sweep(model=WaitingSignIn, old=lambda now: WaitingSignIn.expires_at < now - SOON),
        Sweep(model=Challenge, old=lambda now: Challenge.expires_at < now - SOON),
        Sweep(
            model=ApiToken,
            old=lambda now: sa.or_(
                ApiToken.revoked_at < now - KEPT, ApiToken.expires_at < now - KEPT
            ),
        ),
    ),
    later=(
        (NewDeviceUsed, "accounts.mail_new_device"),
        *((event, job) for event, job, _letter in LETTERS),
    ),
    jobs={
        "accounts.mail_address": mail_address,
        "accounts.mail_deleted": mail_deleted,
        "accounts.mail_new_device": mail_new_device,
        "accounts.mail_password_changed": mail_password_changed,
        "accounts.mail_registration": mail_registration,
        "accounts.mail_reset": mail_reset,
        "accounts.mail_undo": mail_undo,
        **{job: letter for _event, job, letter in LETTERS},
    },
    ticks=(Tick(name="accounts.last_seen", every=dt.timedelta(minutes=1), run=write_seen),),
    commands=(second_step, settings, token, user),
    frame=contribute,
    sign_in=DOORKEEPER,
    personal=Personal(export=personal),
)
