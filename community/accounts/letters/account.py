"""Letters about the account; they have no off switch: they are how somebody finds out."""

import uuid
from typing import Any

from flask_babel import gettext as _

from community.accounts.models import EmailProof, Purpose, Registration, SignIn, User
from community.accounts.queries import Addressee, addressee, has_account, owner_of
from community.accounts.rules import say_device
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.installed import installed
from community.kernel.localtime import say
from community.kernel.mail import Letter, in_language, send
from community.kernel.secrets import derive


def mail_registration(ctx: Context, *, registration_id: str) -> None:
    """Write to whoever asked for an account: how to go on, or that they have one."""
    asked = db.session.get(Registration, uuid.UUID(registration_id))
    if asked is None or asked.expires_at <= ctx.now:
        return
    known = has_account(asked.email)
    with in_language(asked.language):
        letter = _known(asked) if known else _welcome(asked)
    send(letter)


def _welcome(asked: Registration) -> Letter:
    """Return the letter to an address nobody has proved: no word of it is by whoever typed it."""
    return Letter(
        key=f"accounts.registration:{asked.id.hex}",
        to=asked.email,
        language=asked.language,
        subject=_("Your account at %(network)s", network=_network()),
        lines=[
            _("Hello,"),
            _("One step is left: open this link and say that this is your address."),
            _("It works until %(when)s.", when=say(asked.expires_at, asked.zone, asked.language)),
            _("If you did not ask for an account, do nothing. There will be none."),
        ],
        button=(
            _("Go on"),
            public_url("accounts.finish", token=derive("registration", asked.id)),
        ),
        why=_("You get this because somebody typed your address to make an account."),
    )


def _known(asked: Registration) -> Letter:
    return Letter(
        key=f"accounts.registration:{asked.id.hex}",
        to=asked.email,
        language=asked.language,
        subject=_("You have an account at %(network)s already", network=_network()),
        lines=[
            _("Hello,"),
            _("Somebody typed your address to make an account. You have one already: sign in."),
            _("If somebody invited you, open their link again when you have signed in."),
            _(
                "If you do not know your password any more, choose another: %(address)s",
                address=public_url("accounts.lost"),
            ),
            _("If that was not you, do nothing. Nothing has changed."),
        ],
        button=(_("Sign in"), public_url("accounts.sign_in")),
        why=_("You get this because somebody typed your address to make an account."),
    )


def mail_reset(ctx: Context, *, proof_id: str) -> None:
    """Write how to choose another password to whoever has the address, if anybody has."""
    proof, user = _still_open(ctx, proof_id)
    if proof is None or user is None:
        return
    with in_language(user.language):
        letter = _about(
            user,
            f"accounts.reset:{proof.id.hex}",
            subject=_("Choose another password"),
            lines=[
                _("Open this link to choose another password. It works for one hour, and once."),
                _("If you did not ask for it, do nothing. Your password stays as it is."),
            ],
            button=(_("Choose a password"), _link("accounts.reset", proof)),
        )
    send(letter)


def mail_address(ctx: Context, *, proof_id: str) -> None:
    """Write the link that proves an address, to that address."""
    proof, user = _still_open(ctx, proof_id)
    if proof is None or user is None:
        return
    taken = proof.purpose is Purpose.CHANGE and has_account(proof.email)
    with in_language(user.language):
        letter = Letter(
            key=f"accounts.address:{proof.id.hex}",
            to=proof.email,
            language=user.language,
            **(_taken_words() if taken else _confirm_words(proof, user)),
        )
    send(letter)


def _confirm_words(proof: EmailProof, user: User) -> dict[str, Any]:
    until = say(proof.expires_at, user.zone, user.language)
    return {
        "subject": _("Is this your address?"),
        "lines": [
            _("Hello,"),
            _("Somebody with an account at %(network)s says it is.", network=_network()),
            _("If that is you, open the link and confirm it. It works until %(when)s.", when=until),
            _("If it is not, do nothing. Your address is not used."),
        ],
        "button": (_("Confirm the address"), _link("accounts.confirm", proof)),
        "why": _("You get this because somebody typed your address as theirs."),
    }


def _taken_words() -> dict[str, Any]:
    return {
        "subject": _("Your address stays with your account"),
        "lines": [
            _("Hello,"),
            _(
                "Somebody wants this address for another account at %(network)s. It belongs to"
                " yours, so nothing has changed.",
                network=_network(),
            ),
            _("If that was you: sign in with it, or change its address there first."),
        ],
        "button": (_("Sign in"), public_url("accounts.sign_in")),
        "why": _("You get this because somebody typed your address as theirs."),
    }


def mail_undo(ctx: Context, *, proof_id: str) -> None:
    """Tell the former address of an account that it is another now, and how to undo that."""
    proof, user = _still_open(ctx, proof_id)
    if proof is None or user is None:
        return
    with in_language(user.language):
        until = say(proof.expires_at, user.zone, user.language)
        letter = Letter(
            key=f"accounts.undo:{proof.id.hex}",
            reader=user.id,
            to=proof.email,
            name=user.name,
            language=user.language,
            subject=_("The address of your account was changed"),
            lines=[
                _("Hello %(name)s,", name=user.name),
                _("Your account at %(network)s has another address now.", network=_network()),
                _("If that was you, do nothing."),
                _(
                    "If it was not, have this address back until %(when)s. Everybody is signed out"
                    " then, second steps added since are taken away, and you choose another"
                    " password.",
                    when=until,
                ),
            ],
            button=(_("Have this address back"), _link("accounts.undo", proof)),
            why=_("You get this because this was the address of your account."),
        )
    send(letter)


def mail_password_changed(_ctx: Context, *, user_id: str, change_id: str) -> None:
    """Tell somebody that their password is another now."""
    user = addressee(uuid.UUID(user_id))
    if user is None:
        return
    with in_language(user.language):
        letter = _about(
            user,
            f"accounts.password:{change_id}",
            subject=_("Your password was changed"),
            lines=[
                _(
                    "The password of your account was changed. Other browsers are signed out, and"
                    " API tokens are revoked."
                ),
                _("If that was you, do nothing. If it was not, choose another at once."),
            ],
            button=(_("I did not do this"), public_url("accounts.lost")),
        )
    send(letter)


def mail_deleted(
    _ctx: Context, *, user_id: str, email: str, former: bool, language: str, when: str
) -> None:
    """Tell an address that its account is deleted; ``former``: it was that of the account before.

    All is told to the job, since nothing else knows the address any more.
    """
    with in_language(language):
        lines = [
            _("Hello,"),
            _("An account at %(network)s with your address was deleted.", network=_network()),
            _("If that was you, all is well. It cannot be brought back."),
            _(
                "If it was not, somebody else was signed in to it: tell whoever runs %(network)s.",
                network=_network(),
            ),
        ]
        if former:
            lines[1] = _(
                "An account at %(network)s that had your address until lately was deleted. The link"
                " to have the address back works no more.",
                network=_network(),
            )
        letter = Letter(
            key=f"accounts.deleted:{user_id}:{'former' if former else 'last'}",
            to=email,
            language=language,
            subject=_("Your account is deleted"),
            lines=lines,
            facts=[(_("When"), when)],
            why=_("You get this because this was the address of the account."),
        )
    send(letter)


def mail_new_device(_ctx: Context, *, user_id: str, sign_in_id: str) -> None:
    """Tell somebody that their account is used with a kind of device it was not used with."""
    user = addressee(uuid.UUID(user_id))
    sign_in = db.session.get(SignIn, uuid.UUID(sign_in_id))
    if user is None or sign_in is None:
        return
    with in_language(user.language):
        letter = _about(
            user,
            f"accounts.device:{sign_in_id}",
            subject=_("A sign-in from another device"),
            lines=[
                _("Somebody signed in to your account with a device we have not seen before."),
                _("If that was you, do nothing."),
                _("If it was not, sign it out and choose another password."),
            ],
            facts=[
                (_("Device"), say_device(sign_in.device)),
                (_("When"), say(sign_in.created_at, user.zone, user.language)),
            ],
            button=(_("Where you are signed in"), public_url("accounts.security")),
        )
    send(letter)


def _about(user: User | Addressee, key: str, *, lines: list[str], **more: Any) -> Letter:
    return Letter(
        key=key,
        to=user.email,
        name=user.name,
        language=user.language,
        lines=[_("Hello %(name)s,", name=user.name), *lines],
        why=_("You get this because it is about your account."),
        reader=user.id,
        **more,
    )


def _still_open(ctx: Context, proof_id: str) -> tuple[EmailProof | None, User | None]:
    proof = db.session.get(EmailProof, uuid.UUID(proof_id))
    if proof is None or proof.ended_at is not None or proof.expires_at <= ctx.now:
        return None, None
    return proof, owner_of(proof)


def _link(endpoint: str, proof: EmailProof) -> str:
    return public_url(endpoint, token=derive("email_proof", proof.id))


def _network() -> str:
    return installed().settings.network_name
