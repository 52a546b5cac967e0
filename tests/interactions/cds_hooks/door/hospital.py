"""A hospital's system, with keys of its own, that signs its calls."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from joserfc import jwk, jws

ISSUER = "https://ehr.hospital.example"
JKU = "https://ehr.hospital.example/jwks.json"
ALGORITHM = {"EC": "ES384", "RSA": "RS384"}


@cache
def key_pair(kind: str = "EC", size: Any = "P-384", kid: str = "key-1") -> Any:
    """A key with its private half."""
    return jwk.generate_key(kind, size, {"kid": kid})


def public(*keys: Any) -> dict[str, Any]:
    """The JWK set that a hospital publishes."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


@dataclass
class Hospital:
    """Signs tokens; whatever is passed replaces a part of an otherwise good one."""

    now: datetime
    key: Any = field(default_factory=key_pair)
    issuer: str = ISSUER

    def claims(self, audience: Any, **changed: Any) -> dict[str, Any]:
        issued = int(self.now.timestamp())
        good = {"iss": self.issuer, "aud": audience, "iat": issued, "exp": issued + 300, "jti": str(uuid4())}
        return {name: value for name, value in (good | changed).items() if value is not None}

    def token(self, audience: Any, *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        key = key or self.key
        good = {"alg": ALGORITHM[key.key_type], "typ": "JWT", "kid": "key-1"}
        said = {name: value for name, value in (good | (header or {})).items() if value is not None}
        body = json.dumps(self.claims(audience, **claims))
        registry = jws.JWSRegistry(algorithms=[said["alg"]], strict_check_header=False)
        return jws.serialize_compact(said, body, key, registry=registry)

    def later(self, **by: float) -> "Hospital":
        """The same hospital by a clock that is ahead (or behind)."""
        return Hospital(self.now + timedelta(**by), self.key, self.issuer)
