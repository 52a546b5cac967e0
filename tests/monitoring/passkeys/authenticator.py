"""A device that keeps a passkey, in software: it makes one, and signs with it, as the standard says."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey. `counts` is off for devices that always send 0, as most phones do."""

    host: str = "testserver"
    origin: str = "http://testserver"
    verifies: bool = True
    counts: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    user_handle: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to being asked for a passkey."""
        data = self._client_data("webauthn.create", options["challenge"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._said(NEW) + attested}
        response = {
            "clientDataJSON": text(data), "attestationObject": text(cbor2.dumps(attestation)),
            "transports": ["internal", "nonsense"],
        }  # fmt: skip
        return self._answer(response)

    def sign(self, options: dict[str, Any], **changes: Any) -> str:
        """The answer to being asked who is there; `changes` are to what it says, after it was signed."""
        self.count += 1 if self.counts else 0
        data, said = self._client_data("webauthn.get", options["challenge"]), self._said(0)
        signature = self.key.sign(said + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": text(data), "authenticatorData": text(said), "signature": text(signature)}
        if self.user_handle:
            response["userHandle"] = text(self.user_handle)
        return self._answer(response | changes)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _said(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _answer(self, response: dict[str, Any]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
