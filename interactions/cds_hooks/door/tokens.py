"""Reads the signed token of a call (JWT, RFC 7519): its shape, its signature, its claims. Knows no client."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from joserfc import jwk, jws
from joserfc.errors import JoseError

# The two that CDS Hooks recommends. With a fixed pair no token can choose "none", or pass a public key for a secret.
KEY_OF_ALGORITHM: Final[Mapping[str, str]] = {"ES384": "EC", "RS384": "RSA"}
LONGEST_TOKEN: Final = 8 * 1024
LONGEST_LIFE: Final = timedelta(minutes=5)
LEEWAY: Final = timedelta(seconds=60)
_LONGEST_ID: Final = 255


class TokenFaultError(Exception):
    """What is wrong with a token, told by nothing but the token itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart. Nothing in it is proved yet."""

    text: str
    algorithm: str
    kid: str
    jku: str | None
    claims: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        return str(self.claims["iss"])

    @property
    def jti_hash(self) -> str:
        return hashlib.sha256(str(self.claims["jti"]).encode()).hexdigest()

    @property
    def expires_at(self) -> datetime:
        """The last moment at which it could still be taken."""
        return datetime.fromtimestamp(self.claims["exp"], UTC) + LEEWAY


def read_token(text: str) -> Token:
    """Take a token apart and judge its shape. TokenFaultError says what its sender must mend."""
    if len(text) > LONGEST_TOKEN:
        raise TokenFaultError(f"The token is longer than {LONGEST_TOKEN} characters.")
    try:
        taken = jws.extract_compact(text.encode())
        claims = orjson.loads(taken.payload)
    except (JoseError, ValueError):
        raise TokenFaultError("The token is not a JWT in three parts.") from None
    header = taken.headers()
    if header.get("alg") not in KEY_OF_ALGORITHM:
        raise TokenFaultError("The token’s alg must be ES384 or RS384.")
    if header.get("typ") != "JWT":
        raise TokenFaultError("The token’s typ must be JWT.")
    kid, jku = header.get("kid"), header.get("jku")
    if not isinstance(kid, str) or not kid:
        raise TokenFaultError("The token names no kid.")
    if jku is not None and not isinstance(jku, str):
        raise TokenFaultError("The token’s jku must be an address.")
    if not isinstance(claims, dict):
        raise TokenFaultError("The token’s payload must be an object.")
    for name in ("iss", "jti"):
        if not isinstance(claims.get(name), str) or not 0 < len(claims[name]) <= _LONGEST_ID:
            raise TokenFaultError(f"The token’s {name} must be a text of at most {_LONGEST_ID} characters.")
    return Token(text, header["alg"], kid, jku, claims)


def is_signed_by(token: Token, keys: Mapping[str, Any]) -> bool:
    """Whether the key of that id, of the kind that the algorithm needs, made the signature."""
    named = [key for key in keys.get("keys", []) if key.get("kid") == token.kid]
    fitting = [key for key in named if key.get("kty") == KEY_OF_ALGORITHM[token.algorithm]]
    if len(fitting) != 1 or fitting[0].get("alg", token.algorithm) != token.algorithm:
        return False
    registry = jws.JWSRegistry(algorithms=[token.algorithm], strict_check_header=False)
    try:
        jws.deserialize_compact(token.text, jwk.import_key(fitting[0]), registry=registry)
    except (JoseError, ValueError):
        return False
    return True


def check_claims(token: Token, *, audiences: Collection[str], now: datetime) -> None:
    """Judge whom a proved token is for, and when. TokenFaultError says what its sender must mend."""
    audience = token.claims.get("aud")
    given = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(each, str) and each in audiences for each in given):
        raise TokenFaultError("The token’s aud must be the address that was called, to the letter.")
    exp, iat = _moment(token, "exp"), _moment(token, "iat")
    if exp <= now - LEEWAY:
        raise TokenFaultError("The token has expired.")
    if iat > now + LEEWAY:
        raise TokenFaultError("The token’s iat is in the future; compare the clocks.")
    if not timedelta(0) < exp - iat <= LONGEST_LIFE:
        minutes = int(LONGEST_LIFE.total_seconds() // 60)
        raise TokenFaultError(f"The token’s exp must be after its iat, and by at most {minutes} minutes.")
    if "nbf" in token.claims and _moment(token, "nbf") > now + LEEWAY:
        raise TokenFaultError("The token’s nbf is in the future; compare the clocks.")


def _moment(token: Token, name: str) -> datetime:
    seconds = token.claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TokenFaultError(f"The token’s {name} must be a number of seconds.")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise TokenFaultError(f"The token’s {name} is no moment in time.") from None
