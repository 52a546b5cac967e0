"""Who is calling: a client that proves it by a signed token, or one that need not.

What depends on the token alone is told to its sender in full. Whether an issuer is known here, has that key, or made
that signature is one same answer; the admins' pages tell which.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from interactions.cds_hooks.door.cors import client_of_origin
from interactions.cds_hooks.door.tokens import Token, TokenFaultError, check_claims, is_signed_by, read_token
from interactions.cds_hooks.models import CdsClient, SpentToken

NOT_TRUSTED: Final = "The token’s issuer, key or signature is not trusted here."
UNSIGNED: Final = "Send a signed token: Authorization: Bearer, with a JWT."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is let in: a client, proved by a signature or not, or (client None) somebody unknown."""

    client: CdsClient | None
    is_signed: bool


class NotLetInError(Exception):
    """A call that is refused. `said` is for the caller, `noted` for the admins of the client it claimed to be."""

    def __init__(self, said: str, *, noted: str = "", client: CdsClient | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.noted = noted or said
        self.client = client


def identify(
    *, authorization: str | None, origin: str, audiences: Collection[str], clients: Iterable[CdsClient], now: datetime
) -> Caller:
    """The caller, or NotLetInError. `clients` are the enabled ones, `audiences` the names of the address called.

    A token, once sent, is judged: a bad one is never taken for none. Only a client that need not sign and has no
    keys here has its tokens passed over, since nothing could prove or disprove them.
    """
    known = list(clients)
    if authorization is None:
        return _unsigned(origin, known)
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise NotLetInError(UNSIGNED)
    try:
        token = read_token(text.strip())
    except TokenFaultError as error:
        raise NotLetInError(str(error)) from None
    client = next((each for each in known if each.issuer == token.issuer), None)
    if client is None:
        raise NotLetInError(NOT_TRUSTED, noted="unknown issuer")
    if not client.must_sign and not client.jwks:
        return Caller(client, is_signed=False)
    _prove(token, client, audiences, now)
    return Caller(client, is_signed=True)


def _unsigned(origin: str, known: list[CdsClient]) -> Caller:
    if all(client.must_sign for client in known):
        raise NotLetInError(UNSIGNED, noted="no token")
    if not origin:
        return Caller(None, is_signed=False)
    client = client_of_origin(origin, known)
    if client is None:
        raise NotLetInError("Pages of this web origin may not call.", noted="unknown web origin")
    if client.must_sign:
        raise NotLetInError(UNSIGNED, noted="no token", client=client)
    return Caller(client, is_signed=False)


def _prove(token: Token, client: CdsClient, audiences: Collection[str], now: datetime) -> None:
    if token.jku is not None and token.jku != client.jku:
        raise NotLetInError(NOT_TRUSTED, noted="another jku than the one kept here", client=client)
    if not is_signed_by(token, client.jwks):
        raise NotLetInError(NOT_TRUSTED, noted="no key of this kid and alg made the signature", client=client)
    try:
        check_claims(token, audiences=audiences, now=now)
    except TokenFaultError as error:
        raise NotLetInError(str(error), client=client) from None
    if not _spend(token):
        raise NotLetInError("The token’s jti has been used before.", client=client)


def _spend(token: Token) -> bool:
    """Whether this is the token's first use: of two that come at once the database lets one in."""
    spent = SpentToken(issuer=token.issuer, jti_hash=token.jti_hash, expires_at=token.expires_at)
    try:
        with transaction.atomic():
            spent.save(force_insert=True)
    except IntegrityError:
        return False
    return True
