"""An authenticator in software: it makes passkeys and answers as a browser with a device would.

Source: WebAuthn level 2, sections 5.8.1 (client data), 6.1 (authenticator data), 8.7 (attestation "none").
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(given: str) -> bytes:
    return urlsafe_b64decode(given + "=" * (-len(given) % 4))


@dataclass
class Authenticator:
    """A device with one passkey, at an origin; what it should get right can be got wrong."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    """Whether it counts how often it signed; passkeys that are kept in step on several devices do not."""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    signed: int = 0

    def create(self, options: Mapping[str, Any], **changed: Any) -> str:
        """Answer to `navigator.credentials.create` with this passkey."""
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        cose = encode_cbor({1: 2, 3: changed.get("algorithm", -7), -1: 1, **point})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + cose
        parts = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        response = {
            "clientDataJSON": text(
                self._client("webauthn.create", changed.get("challenge", options["challenge"]))
            ),
            "attestationObject": text(encode_cbor(parts)),
            "transports": ["internal", "carrier pigeon"],
        }
        return self._answer(response)

    def get(self, options: Mapping[str, Any], **changed: Any) -> str:
        """Answer to `navigator.credentials.get` with this passkey."""
        self.signed += self.counts
        signed = self._data(0)
        client = self._client("webauthn.get", changed.get("challenge", options["challenge"]))
        made = self.key.sign(signed + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(signed),
                "signature": text(changed.get("signature", made)),
            }
        )

    def _data(self, more: int) -> bytes:
        flags = bytes([self.flags | more])
        return hashlib.sha256(self.rp_id.encode()).digest() + flags + self.signed.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told, separators=(",", ":")).encode()

    def _answer(self, response: Mapping[str, Any]) -> str:
        name = text(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
