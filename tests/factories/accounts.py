"""People and their sign-ins."""

import datetime as dt
import io
import secrets
import uuid
from typing import Any

import pyotp
from flask import Flask
from PIL import Image

from community.accounts.formats.codes import new_recovery_codes, new_secret, seal, tidy
from community.accounts.formats.pictures import squares_of
from community.accounts.models import (
    ApiToken,
    CodeApp,
    Passkey,
    Purpose,
    RecoveryCode,
    SignIn,
    User,
)
from community.accounts.operations import (
    ask_change,
    ask_registration,
    ask_reset,
    change_profile,
    set_picture,
)
from community.accounts.operations.links import new_link
from community.accounts.rules import UNDO_LASTS, hash_password
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.secrets import derive, digest_of
from factories.authenticator import Authenticator, plain

PASSWORD = "seven quiet herons"
PASSWORD_HASH = hash_password(PASSWORD)  # once a process: hashing is slow on purpose
TEXTS = {  # of a profile, in the order of its form
    "pronouns": "they/heron",
    "organisation": "Heron Institute",
    "place": "Heronville",
    "languages": "Heronese",
    "about": "I count **herons** at dawn.",
}


def make_user(app: Flask, name: str = "Ana Lind", **more: object) -> uuid.UUID:
    """Make a person; returns the id."""
    key = new_key()
    ctx = Context.begin(None)
    values: dict[str, object] = {
        "id": key,
        "email": f"{name.split(maxsplit=1)[0].lower()}.{key.hex[-8:]}@example.org",
        "name": name,
        "zone": "Africa/Nairobi",
        "language": "en",
        "created_at": ctx.now,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(User(**values))
    return key


def make_profile(app: Flask, user_id: uuid.UUID, **said: Any) -> None:
    """Let a person say something about themselves; ``visible`` says to whom."""
    with app.app_context():
        change_profile(Context.begin(user_id), **said)


def drawing(
    kind: str = "PNG",
    colour: str = "teal",
    size: tuple[int, int] = (80, 60),
    *,
    mode: str = "RGB",
    **more: Any,
) -> bytes:
    """Return a picture file of one colour; ``more`` is for the one who writes it."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


PORTRAIT = squares_of(drawing()).digest


def make_picture(app: Flask, user_id: uuid.UUID, colour: str = "teal") -> str:
    """Give a person a picture of one colour; returns its digest, ``PORTRAIT`` if none is said."""
    with app.app_context():
        squares = squares_of(drawing(colour=colour))
        return str(set_picture(Context.begin(user_id), squares).picture)


def make_sign_in(app: Flask, user_id: uuid.UUID, **more: object) -> uuid.UUID:
    """Make an open sign-in of a person; returns its id."""
    key = new_key()
    ctx = Context.begin(user_id)
    values: dict[str, object] = {
        "id": key,
        "user_id": user_id,
        "created_at": ctx.now,
        "expires_at": ctx.now + dt.timedelta(days=1),
        "device": "Firefox/Linux",
        "seen_at": ctx.now,
        "proved_at": ctx.now,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(SignIn(**values))
    return key


def make_letters(app: Flask, user_id: uuid.UUID, word: str) -> dict[str, str]:
    """Make what stands behind letters to a person and to a newcomer; returns their secrets."""
    ctx = Context.begin(user_id)
    with app.app_context():
        email = db.session.get_one(User, user_id).email
        newcomer = ask_registration(
            ctx,
            email=f"{word}-new@example.org",
            name=f"New {word}",
            password_hash=PASSWORD_HASH,
            zone="UTC",
            language="en",
            invitation_id=new_key(),
        )
        proofs = {
            "reset": ask_reset(ctx, email=email),
            "change": ask_change(ctx, email=f"{word}-next@example.org"),
        }
        with unit_of_work(ctx):
            proofs["undo"] = new_link(
                ctx,
                Purpose.UNDO,
                email=f"{word}-old@example.org",
                lasts=UNDO_LASTS,
                user_id=user_id,
            )
        secrets_of = {name: derive("email_proof", proof.id) for name, proof in proofs.items()}
        return {"registration": derive("registration", newcomer.id), **secrets_of}


def make_token(app: Flask, user_id: uuid.UUID, **more: object) -> tuple[uuid.UUID, str]:
    """Make an API token of a person; returns its id and its secret."""
    key, secret = new_key(), secrets.token_urlsafe(32)
    ctx = Context.begin(user_id)
    values: dict[str, object] = {
        "id": key,
        "user_id": user_id,
        "label": "Reports",
        "digest": digest_of(secret),
        "created_at": ctx.now,
        "expires_at": ctx.now + dt.timedelta(days=30),
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(ApiToken(**values))
    return key, secret


def make_code_app(app: Flask, user_id: uuid.UUID) -> str:
    """Give somebody an authenticator app as their second factor; returns its secret."""
    secret = new_secret()
    ctx = Context.begin(user_id)
    with app.app_context(), unit_of_work(ctx):
        db.session.add(
            CodeApp(user_id=user_id, sealed=seal(secret), made_at=ctx.now, confirmed_at=ctx.now)
        )
    return secret


def make_recovery_codes(app: Flask, user_id: uuid.UUID) -> list[str]:
    """Give somebody recovery codes; returns them as they are shown."""
    codes = new_recovery_codes()
    ctx = Context.begin(user_id)
    with app.app_context(), unit_of_work(ctx):
        for code in codes:
            row = RecoveryCode(user_id=user_id, digest=digest_of(tidy(code)), made_at=ctx.now)
            db.session.add(row)
    return codes


def code_now(secret: str, steps: int = 0) -> str:
    """Return what the app shows, ``steps`` codes from now."""
    return pyotp.TOTP(secret).generate_otp(int(dt.datetime.now(dt.UTC).timestamp()) // 30 + steps)


def make_passkey(
    app: Flask, user_id: uuid.UUID, device: Authenticator | None = None, *, label: str = "My key"
) -> uuid.UUID:
    """Give somebody the passkey of a device; returns the id."""
    device = device or Authenticator("http://localhost")
    device.belong_to(user_id)
    key, ctx = new_key(), Context.begin(user_id)
    with app.app_context(), unit_of_work(ctx):
        db.session.add(
            Passkey(
                id=key,
                user_id=user_id,
                credential_id=plain(device.credential_id),
                public_key=device.public_key(),
                sign_count=device.count,
                transports="internal",
                backed_up=device.backed_up,
                label=label,
                created_at=ctx.now,
            )
        )
    return key
