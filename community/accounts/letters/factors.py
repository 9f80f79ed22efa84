"""Letters about what opens an account: whoever did not do it themselves learns of it.

They tell what happened and when, and no secret; where the account is gone nobody is written to.
"""

import datetime as dt
import uuid
from collections.abc import Callable

from flask_babel import gettext as _

from community.accounts.queries import factors_of
from community.accounts.queries.people import Addressee, addressee
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.localtime import say
from community.kernel.mail import Letter, in_language, send


def app_added(ctx: Context, *, user_id: str, app_id: str, at: str | None = None) -> None:
    """Tell that an authenticator app counts from now on."""
    _write(_when(ctx, at), user_id, f"app-added:{app_id}", _app_added)


def _app_added(_to: Addressee) -> tuple[str, str]:
    return _("Your second step is on"), _(
        "An authenticator app was set up for your account. Signing in with your password asks for"
        " one of its codes from now on."
    )


def app_removed(ctx: Context, *, user_id: str, app_id: str, at: str | None = None) -> None:
    """Tell that the authenticator app was turned off."""
    _write(_when(ctx, at), user_id, f"app-removed:{app_id}", _app_removed)


def _app_removed(to: Addressee) -> tuple[str, str]:
    return _("Your authenticator app is turned off"), _left(
        to, _("The authenticator app of your account was turned off.")
    )


def passkey_added(ctx: Context, *, user_id: str, passkey_id: str, at: str | None = None) -> None:
    """Tell that a passkey was added."""
    _write(_when(ctx, at), user_id, f"passkey-added:{passkey_id}", _passkey_added)


def _passkey_added(_to: Addressee) -> tuple[str, str]:
    return _("A passkey was added to your account"), _(
        "A passkey was added to your account. Whoever has the device and knows how to open it can"
        " sign in as you."
    )


def passkey_removed(ctx: Context, *, user_id: str, passkey_id: str, at: str | None = None) -> None:
    """Tell that a passkey was removed."""
    _write(_when(ctx, at), user_id, f"passkey-removed:{passkey_id}", _passkey_removed)


def _passkey_removed(to: Addressee) -> tuple[str, str]:
    return _("A passkey was removed from your account"), _left(
        to, _("A passkey was removed from your account.")
    )


def _left(to: Addressee, happened: str) -> str:
    if factors_of(to.id):
        return happened
    alone = _("No second step is left: your password alone opens your account.")
    return f"{happened} {alone}"


def codes_made(
    ctx: Context, *, user_id: str, batch_id: str, anew: bool, at: str | None = None
) -> None:
    """Tell that recovery codes were made anew; the first ones come with a letter of their own."""
    if anew:
        _write(_when(ctx, at), user_id, f"codes-made:{batch_id}", _codes_made)


def _codes_made(_to: Addressee) -> tuple[str, str]:
    return _("Your recovery codes were made anew"), _(
        "Ten new recovery codes were made for your account. Those before work no more."
    )


def code_used(ctx: Context, *, user_id: str, code_id: str, at: str | None = None) -> None:
    """Tell that a recovery code was used, and how many are left."""
    _write(_when(ctx, at), user_id, f"code-used:{code_id}", _code_used)


def _code_used(to: Addressee) -> tuple[str, str]:
    left = factors_of(to.id).recovery
    return _("A recovery code was used"), _(
        "One of your recovery codes was used to prove that it is you. %(left)d are left.", left=left
    )


def codes_held(ctx: Context, *, user_id: str, until: str, at: str | None = None) -> None:
    """Tell that wrong codes were tried, by whoever knows the password."""
    end = dt.datetime.fromisoformat(until)

    def words(to: Addressee) -> tuple[str, str]:
        return _("Wrong codes were tried for your account"), _(
            "Somebody got as far as the second step and tried wrong codes too often. No code is"
            " taken until %(when)s. If it was not you, somebody knows your password: change it.",
            when=say(end, to.zone, to.language),
        )

    _write(_when(ctx, at), user_id, f"codes-held:{end.timestamp():.0f}", words)


def passkey_doubted(ctx: Context, *, user_id: str, passkey_id: str, at: str | None = None) -> None:
    """Tell that a passkey answered as only a copy of it would."""
    moment = _when(ctx, at)
    _write(moment, user_id, f"passkey-doubted:{passkey_id}:{moment:%Y%m%d}", _passkey_doubted)


def _passkey_doubted(_to: Addressee) -> tuple[str, str]:
    return _("A passkey of yours was refused"), _(
        "A passkey of your account answered as only a copy of it would, so it was not taken. Remove"
        " it, and add a new one on a device you trust."
    )


def token_created(ctx: Context, *, user_id: str, token_id: str, at: str | None = None) -> None:
    """Tell that a token for a program was made."""
    key = f"token-created:{token_id}"
    _write(_when(ctx, at), user_id, key, _token_created, page="accounts.tokens")


def _token_created(_to: Addressee) -> tuple[str, str]:
    return _("An API token was made for your account"), _(
        "An API token was made for your account. A program that has it acts as you, until the token"
        " is revoked or has run out."
    )


def _when(ctx: Context, at: str | None) -> dt.datetime:
    """Return when it happened; now, where the event is from before it told."""
    return dt.datetime.fromisoformat(at) if at else ctx.now


def _write(
    moment: dt.datetime,
    user_id: str,
    key: str,
    words: Callable[[Addressee], tuple[str, str]],
    *,
    page: str = "accounts.factors",
) -> None:
    to = addressee(uuid.UUID(user_id))
    if to is None:
        return
    with in_language(to.language):
        subject, happened = words(to)
        letter = Letter(
            key=f"accounts.{key}:{user_id}",
            reader=to.id,
            to=to.email,
            name=to.name,
            language=to.language,
            subject=subject,
            lines=[
                _("Hello %(name)s,", name=to.name),
                happened,
                _("If that was you, all is well. If not, look at your account and undo it now."),
            ],
            facts=[(_("When"), say(moment, to.zone, to.language))],
            button=(_("Look at my account"), public_url(page)),
            why=_("You get this because it is about the safety of your account."),
        )
    send(letter)
