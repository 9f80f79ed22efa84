"""Passkeys: what a browser is asked for, and whether what it answers holds (W3C WebAuthn).

``webauthn`` takes a sixth of a second to import, so it is imported when a first passkey is used.
"""

import dataclasses
import ipaddress
import re
import struct
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from flask_babel import gettext as _

from community.accounts.rules import CREDENTIAL_LONGEST
from community.kernel.errors import Invalid
from community.kernel.json import loads
from community.kernel.settings import Settings

ANSWER_LONGEST = 20_000  # characters; a key of 4,096 bits with its certificates has fewer
TIMEOUT = 300_000  # milliseconds a browser lets somebody search their pockets
_CREDENTIAL = re.compile(rf"[A-Za-z0-9_-]{{1,{CREDENTIAL_LONGEST}}}")  # base64url, no padding
_BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
    *(struct.error, RecursionError, UnsupportedAlgorithm),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """The site as passkeys know it; only the settings say it, never a request."""

    rp_id: str
    origin: str
    name: str


class NewKey(NamedTuple):
    """What a device made."""

    credential_id: str
    public_key: bytes
    sign_count: int
    backed_up: bool


class Signed(NamedTuple):
    """What a device said when it signed; ``verified``: it knew its owner, by a finger or a PIN."""

    sign_count: int
    backed_up: bool
    verified: bool


def site_of(settings: Settings) -> Site | None:
    """Return the site of an installation; None where no browser makes passkeys for it.

    They want a name and TLS; ``localhost`` is the one exception.
    """
    parts = urlsplit(settings.base_url)
    host = (parts.hostname or "").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
        if settings.secure or local:
            port = f":{parts.port}" if parts.port else ""
            return Site(host, f"{parts.scheme}://{host}{port}", settings.network_name)
    return None


def creation_options(
    site: Site,
    words: bytes,
    *,
    user_id: uuid.UUID,
    email: str,
    name: str,
    known: Iterable[tuple[str, str]],
) -> dict[str, Any]:
    """Return what ``navigator.credentials.create`` is asked; ``known`` makes no second key.

    ``known`` are ids of credentials, each with its transports.
    """
    import webauthn  # noqa: PLC0415  # see above
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=words,
        timeout=TIMEOUT,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
    )
    made: dict[str, Any] = loads(webauthn.options_to_json(options))
    return {**made, "excludeCredentials": _credentials(known)}


def request_options(
    site: Site, words: bytes, *, known: Iterable[tuple[str, str]], owner: bool
) -> dict[str, Any]:
    """Return what ``navigator.credentials.get`` is asked.

    ``owner``: nothing else proves who it is, so that the device must know its owner.
    """
    return {
        "challenge": _base64url(words),
        "timeout": TIMEOUT,
        "rpId": site.rp_id,
        "allowCredentials": _credentials(known),
        "userVerification": "required" if owner else "preferred",
    }


def _credentials(known: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"type": "public-key", "id": key, "transports": transports.split()}
        for key, transports in known
    ]


def _base64url(plain: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    return bytes_to_base64url(plain)


def read_answer(text: str) -> Mapping[str, Any]:
    """Return what a browser answered, as plain data. Raises Invalid for what is none."""
    try:
        answer = loads(text) if len(text) <= ANSWER_LONGEST else None
    except ValueError:
        answer = None
    key = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(key, str) or not _CREDENTIAL.fullmatch(key):
        raise refused()
    return cast(dict[str, Any], answer)


def transports_of(answer: Mapping[str, Any]) -> str:
    """Return how a device can be reached, in words that WebAuthn knows."""
    said = answer.get("response")
    found = said.get("transports") if isinstance(said, dict) else None
    known = {"usb", "nfc", "ble", "hybrid", "internal", "smart-card", "cable"}
    words = [word for word in found or () if word in known] if isinstance(found, list) else []
    return " ".join(dict.fromkeys(words))


def owner_of(answer: Mapping[str, Any]) -> uuid.UUID | None:
    """Return whose passkey a device says it is; None where it does not say."""
    from webauthn import base64url_to_bytes  # noqa: PLC0415

    said = answer.get("response")
    handle = said.get("userHandle") if isinstance(said, dict) else None
    try:
        return uuid.UUID(bytes=base64url_to_bytes(handle)) if handle else None
    except _BROKEN:
        return None


def check_creation(site: Site, words: bytes, answer: Mapping[str, Any]) -> NewKey:
    """Return the key a device made for us and this challenge. Raises Invalid for any other."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=words,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, *_BROKEN) as error:
        raise refused() from error
    credential_id = _base64url(made.credential_id)
    if not _CREDENTIAL.fullmatch(credential_id):
        raise refused()
    return NewKey(
        credential_id,
        made.credential_public_key,
        made.sign_count,
        made.credential_backed_up,
    )


def check_signed(site: Site, words: bytes, answer: Mapping[str, Any], key: bytes) -> Signed:
    """Return what a device signed with a key, for us and this challenge.

    Raises Invalid for any other. The count is the caller's to compare: one that went back is told,
    where all else is only refused.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        signed = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=words,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=key,
            credential_current_sign_count=0,
        )
    except (WebAuthnException, *_BROKEN) as error:
        raise refused() from error
    return Signed(signed.new_sign_count, signed.credential_backed_up, signed.user_verified)


def refused() -> Invalid:
    """Return the refusal of what no device of this person signed, whatever was wrong with it."""
    words = _("This passkey could not be used here. Try again, or use another way.")
    return Invalid(words, fields={"answer": [words]})
