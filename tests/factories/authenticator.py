"""A small authenticator in software: makes passkeys and signs with them, as a browser hands it on.

Only what WebAuthn asks of one: ES256, attestation "none", flags and a count one can set.
"""

import base64
import dataclasses
import hashlib
import json
import secrets
import struct
import uuid
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, CAN_BACK_UP, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclasses.dataclass
class Authenticator:
    """One device with one key; ``origin`` is the site its browser believes to be on."""

    origin: str
    verifies: bool = True
    backed_up: bool = False
    count: int = 0
    counts: bool = True
    credential_id: bytes = dataclasses.field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = dataclasses.field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_handle: bytes = b""

    def make(self, options: dict[str, Any], **more: Any) -> str:
        """Answer what ``navigator.credentials.create`` was asked."""
        self.user_handle = raw(options["user"]["id"])
        client = self._client("webauthn.create", options, **more)
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        data = self._data(more.get("rp_id") or options["rp"]["id"], ATTESTED) + (
            bytes(16)
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + cbor2.dumps(cose)
        )
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            clientDataJSON=plain(client), attestationObject=plain(whole), transports=["internal"]
        )

    def sign(self, options: dict[str, Any], *, handle: bool = True, **more: Any) -> str:
        """Answer what ``navigator.credentials.get`` was asked."""
        if self.counts:
            self.count += 1
        client = self._client("webauthn.get", options, **more)
        data = self._data(more.get("rp_id") or options["rpId"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._said(
            clientDataJSON=plain(client),
            authenticatorData=plain(data),
            signature=plain(signed),
            userHandle=plain(self.user_handle) if handle else None,
        )

    def public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )

    def belong_to(self, user_id: uuid.UUID) -> None:
        self.user_handle = user_id.bytes

    def _client(self, kind: str, options: dict[str, Any], **more: Any) -> bytes:
        challenge = more.get("challenge") or options["challenge"]
        said = {"type": kind, "challenge": challenge, "origin": more.get("origin") or self.origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        flags |= CAN_BACK_UP | BACKED_UP if self.backed_up else 0
        count = self.count if self.counts else 0
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, count)

    def _said(self, **response: Any) -> str:
        key = plain(self.credential_id)
        given = {name: value for name, value in response.items() if value is not None}
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": given})
