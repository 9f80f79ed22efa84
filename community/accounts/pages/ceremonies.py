"""The two steps of a passkey: what a browser is asked for, and what it answers.

The first is JSON for a script, the second a form like any other. What was asked stays here; the
session cookie of the browser that is to answer names it.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, request, session

from community.accounts.formats.passkeys import (
    Site,
    read_answer,
    refused,
    request_options,
    site_of,
)
from community.accounts.models import Asked, Challenge
from community.accounts.operations import ask_passkey, strengthen, take_challenge
from community.accounts.queries import known_passkeys
from community.kernel.context import Context
from community.kernel.doors import current_context, reader
from community.kernel.errors import NotFound
from community.kernel.installed import installed
from community.kernel.json import dumps
from community.kernel.schemas import as_key
from community.kernel.unstored import unstored

CEREMONY = "challenge"  # in the session: what a passkey is to sign in this browser


def site_here() -> Site:
    """Return the site passkeys are made for. Raises NotFound where no browser makes any."""
    site = site_of(installed().settings)
    if site is None:
        raise NotFound
    return site


def begin(ctx: Context, asked_for: Asked) -> Challenge:
    """Make a challenge for this browser; one it has not answered yet is forgotten."""
    challenge = ask_passkey(ctx, asked_for)
    session[CEREMONY] = str(challenge.id)
    return challenge


def ask_to_sign(ctx: Context, asked_for: Asked) -> Response:
    """Answer what a passkey of the actor is asked to sign; nobody's: of whoever has one."""
    site = site_here()
    known = known_passkeys(ctx.actor_id) if ctx.actor_id else []
    challenge = begin(ctx, asked_for)
    owner = asked_for is not Asked.SECOND  # whoever holds the device has proved nothing yet
    return as_json(request_options(site, challenge.words, known=known, owner=owner))


def answered(ctx: Context, asked_for: Asked) -> tuple[bytes, Mapping[str, Any]]:
    """Return what was asked of this browser and what it answered; asked once, answered once.

    Raises Invalid, naming ``answer``, where nothing was asked here or it cannot be read.
    """
    answer = read_answer(request.form.get("answer", ""))
    challenge_id = as_key(session.pop(CEREMONY, ""))
    if challenge_id is None:
        raise refused()
    return take_challenge(ctx, challenge_id, asked_for), answer


def now_strong() -> None:
    """Take note that the second factor was proved in this browser, beside what it signed in by."""
    ctx = current_context()
    strengthen(ctx, reader().sign_in_id)


def as_json(options: Mapping[str, Any]) -> Response:
    """Return what a browser is asked, for its script."""
    answer = make_response(dumps(options))
    answer.mimetype = "application/json"
    return unstored(answer)
