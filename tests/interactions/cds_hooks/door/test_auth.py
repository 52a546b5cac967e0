"""A signed call is let in once; whatever is wrong with a token keeps it out, and says what to mend."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from joserfc import jws

from interactions.cds_hooks.door.auth import NOT_TRUSTED, Caller, NotLetInError, identify
from interactions.cds_hooks.door.tokens import LEEWAY, LONGEST_LIFE
from interactions.cds_hooks.models import CdsClient, SpentToken
from tests.interactions.cds_hooks.door.conftest import NewClient
from tests.interactions.cds_hooks.door.hospital import JKU, Hospital, key_pair, public

pytestmark = pytest.mark.django_db

HERE = "https://evenkeel.clinic.example/cds-services/evenkeel-order-sign"
OTHER = key_pair("EC", "P-384", "key-1-of-somebody-else")


def ask(token: str | None, now: datetime, origin: str = "", scheme: str = "Bearer") -> Caller:
    return identify(
        authorization=None if token is None else f"{scheme} {token}", origin=origin, audiences=[HERE, f"{HERE}/"],
        clients=CdsClient.objects.enabled(), now=now,
    )  # fmt: skip


def refused(token: str | None, now: datetime, **more: Any) -> NotLetInError:
    with pytest.raises(NotLetInError) as caught:
        ask(token, now, **more)
    return caught.value


@pytest.mark.core
def test_a_good_token_is_let_in_as_its_client(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    assert ask(hospital.token(HERE), now) == Caller(signer, is_signed=True)
    assert ask(hospital.token(HERE), now, scheme="bearer") == Caller(signer, is_signed=True)


@pytest.mark.parametrize("audience", [HERE, f"{HERE}/", [HERE], ["https://elsewhere.example", HERE]])
def test_the_audience_is_the_address_as_text_or_in_a_list(
    signer: CdsClient, hospital: Hospital, now: datetime, audience: Any
) -> None:
    assert ask(hospital.token(audience), now).client == signer


def test_rs384_is_taken_too(new_client: NewClient, now: datetime) -> None:
    rsa = key_pair("RSA", 2048)
    client = new_client(jwks=public(rsa))
    assert ask(Hospital(now, rsa).token(HERE), now) == Caller(client, is_signed=True)


def test_the_key_is_chosen_by_its_kid(new_client: NewClient, now: datetime) -> None:
    old, new = key_pair("EC", "P-384", "old"), key_pair("EC", "P-384", "new")
    client = new_client(jwks=public(old, new))
    for key, kid in ((old, "old"), (new, "new")):
        assert ask(Hospital(now, key).token(HERE, header={"kid": kid}), now).client == client
    assert refused(Hospital(now, old).token(HERE, header={"kid": "new"}), now).said == NOT_TRUSTED


def test_tenant_and_headers_of_their_own_are_passed_over(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    token = hospital.token(HERE, header={"x-ours": "1", "jku": JKU}, tenant="ward 7")
    assert ask(token, now).client == signer


MENDABLE: dict[str, tuple[dict[str, Any], str]] = {
    "another address": ({"audience": "https://evenkeel.clinic.example/cds-services"}, "aud"),
    "an address in capitals": ({"audience": HERE.upper()}, "aud"),
    "an address with a query": ({"audience": f"{HERE}?x=1"}, "aud"),
    "no address": ({"audience": None}, "aud"),
    "an empty list of addresses": ({"audience": []}, "aud"),
    "an address in an object": ({"audience": {"url": HERE}}, "aud"),
    "no expiry": ({"exp": None}, "exp"),
    "an expiry in words": ({"exp": "tomorrow"}, "exp"),
    "an expiry that is true": ({"exp": True}, "exp"),
    "an expiry beyond all time": ({"exp": 10**30}, "exp"),
    "no iat": ({"iat": None}, "iat"),
    "no jti": ({"jti": None}, "jti"),
    "an empty jti": ({"jti": ""}, "jti"),
    "a jti that is a number": ({"jti": 7}, "jti"),
    "a jti without end": ({"jti": "x" * 256}, "jti"),
    "no issuer": ({"iss": None}, "iss"),
    "an issuer in a list": ({"iss": ["https://ehr.hospital.example"]}, "iss"),
    "another type": ({"header": {"typ": "at+jwt"}}, "typ"),
    "no type": ({"header": {"typ": None}}, "typ"),
    "no kid": ({"header": {"kid": None}}, "kid"),
}


@pytest.mark.parametrize("name", MENDABLE)
def test_what_the_token_alone_shows_is_told_in_full(
    signer: CdsClient, hospital: Hospital, now: datetime, name: str
) -> None:
    changed, word = MENDABLE[name]
    error = refused(hospital.token(**({"audience": HERE} | changed)), now)
    assert word in error.said
    assert not SpentToken.objects.exists()


UNTRUSTED: dict[str, dict[str, Any]] = {
    "an issuer nobody entered": {"iss": "https://evil.example"},
    "another kid": {"header": {"kid": "key-2"}},
    "somebody else's key": {"key": OTHER},
    "another jku": {"header": {"jku": "https://evil.example/jwks.json"}},
    "a jku that differs by a slash": {"header": {"jku": f"{JKU}/"}},
    "a key of another kind": {"key": key_pair("RSA", 2048)},
}


@pytest.mark.parametrize("name", UNTRUSTED)
def test_issuer_key_and_signature_are_refused_in_the_same_words(
    signer: CdsClient, hospital: Hospital, now: datetime, name: str
) -> None:
    error = refused(hospital.token(HERE, **UNTRUSTED[name]), now)
    assert error.said == NOT_TRUSTED
    assert error.noted not in {"", NOT_TRUSTED}  # the admins are told which it was


def segment(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_no_token_chooses_how_it_is_checked(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    claims = hospital.claims(HERE)
    secret = json.dumps(signer.jwks["keys"][0])
    forged = [f"{segment({'alg': alg, 'typ': 'JWT', 'kid': 'key-1'})}.{segment(claims)}." for alg in ("none", "None")]
    for algorithm in ("HS256", "HS384", "HS512"):
        from joserfc.jwk import OctKey

        header = {"alg": algorithm, "typ": "JWT", "kid": "key-1"}
        forged.append(jws.serialize_compact(header, json.dumps(claims), OctKey.import_key(secret), [algorithm]))
    header = {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
    forged.append(jws.serialize_compact(header, json.dumps(claims), key_pair("RSA", 2048), ["RS256"]))
    for token in forged:
        assert "ES384 or RS384" in refused(token, now).said


def test_a_key_that_the_token_brings_along_counts_for_nothing(
    signer: CdsClient, hospital: Hospital, now: datetime
) -> None:
    header = {"jwk": OTHER.as_dict(private=False)}
    assert refused(hospital.token(HERE, header=header, key=OTHER), now).said == NOT_TRUSTED


def test_a_critical_extension_that_nobody_knows_is_refused(
    signer: CdsClient, hospital: Hospital, now: datetime
) -> None:
    good = hospital.token(HERE).split(".")
    header = segment({"alg": "ES384", "typ": "JWT", "kid": "key-1", "crit": ["exp"], "exp": 1})
    assert refused(".".join([header, *good[1:]]), now).said == NOT_TRUSTED


@pytest.mark.parametrize(
    "text", ["", "x", "a.b", "a.b.c.d", "ä.ö.ü", "..", "e30.e30.e30", "x" * 9000, "\x00", "eyJhbGciOiJFUzM4NCJ9.W10.x"]
)
def test_what_is_no_token_is_refused(signer: CdsClient, now: datetime, text: str) -> None:
    assert refused(text, now).said


def test_another_scheme_is_no_token(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    assert "Bearer" in refused(hospital.token(HERE), now, scheme="Basic").said


EDGES: list[tuple[str, Callable[[int], dict[str, int]], bool]] = [
    ("expired within the leeway", lambda t: {"iat": t - 300, "exp": t - 59}, True),
    ("expired at the end of the leeway", lambda t: {"iat": t - 300, "exp": t - 60}, False),
    ("made by a clock that is a minute fast", lambda t: {"iat": t + 60, "exp": t + 300}, True),
    ("made by a clock that is faster", lambda t: {"iat": t + 61, "exp": t + 300}, False),
    ("lives for five minutes", lambda t: {"iat": t, "exp": t + 300}, True),
    ("lives a second longer", lambda t: {"iat": t, "exp": t + 301}, False),
    ("ends when it begins", lambda t: {"iat": t, "exp": t}, False),
    ("not yet valid", lambda t: {"iat": t, "exp": t + 300, "nbf": t + 61}, False),
    ("soon valid", lambda t: {"iat": t, "exp": t + 300, "nbf": t + 60}, True),
]


@pytest.mark.parametrize("name", [name for name, _, _ in EDGES])
def test_the_times_hold_at_their_edges(signer: CdsClient, hospital: Hospital, now: datetime, name: str) -> None:
    _, claims, is_taken = next(edge for edge in EDGES if edge[0] == name)
    token = hospital.token(HERE, **claims(int(now.timestamp())))
    if is_taken:
        assert ask(token, now).client == signer
    else:
        refused(token, now)


@pytest.mark.core
def test_a_token_opens_the_door_once(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    token = hospital.token(HERE)
    ask(token, now)
    assert "jti" in refused(token, now).said
    same_id = hospital.token(HERE, jti="once")
    ask(same_id, now)
    assert "jti" in refused(hospital.token(HERE, jti="once", exp=int(now.timestamp()) + 200), now).said
    ask(hospital.token(HERE), now)


def test_what_is_kept_of_a_token_is_no_token_and_outlives_it(
    signer: CdsClient, hospital: Hospital, now: datetime
) -> None:
    ask(hospital.token(HERE, jti="in the clear"), now)
    spent = SpentToken.objects.get()
    assert "in the clear" not in spent.jti_hash
    assert spent.expires_at == now + LONGEST_LIFE + LEEWAY
    assert SpentToken.objects.forget(now=spent.expires_at) == 0
    assert SpentToken.objects.forget(now=spent.expires_at + timedelta(seconds=1)) == 1
    # By then the token is refused for its age.
    assert "expired" in refused(hospital.token(HERE, jti="in the clear"), spent.expires_at).said


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_is_refused(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    token = hospital.token(HERE)

    def use(_number: int) -> bool:
        try:
            ask(token, now)
        except NotLetInError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_a_client_that_is_switched_off_is_unknown_at_once(signer: CdsClient, hospital: Hospital, now: datetime) -> None:
    ask(hospital.token(HERE), now)
    CdsClient.objects.update(is_enabled=False)
    assert refused(hospital.token(HERE), now).said == NOT_TRUSTED


def test_a_fresh_install_is_closed(db: None, now: datetime) -> None:
    assert "signed token" in refused(None, now).said


def test_where_everybody_signs_nobody_calls_without(signer: CdsClient, now: datetime) -> None:
    refused(None, now)


def test_one_that_need_not_sign_is_known_by_its_origin(
    signer: CdsClient, open_client: CdsClient, now: datetime
) -> None:
    assert ask(None, now, origin="https://sandbox.example") == Caller(open_client, is_signed=False)
    assert ask(None, now, origin="http://localhost:8080") == Caller(open_client, is_signed=False)
    assert ask(None, now) == Caller(None, is_signed=False)
    for origin in ("https://evil.example", "null", "https://sandbox.example.evil.example"):
        assert "origin" in refused(None, now, origin=origin).said


def test_a_page_of_one_that_must_sign_needs_its_token(
    new_client: NewClient, open_client: CdsClient, now: datetime
) -> None:
    new_client(origins=["https://ehr.hospital.example"])
    refused(None, now, origin="https://ehr.hospital.example")


def test_a_bad_token_is_never_taken_for_none(
    signer: CdsClient, open_client: CdsClient, hospital: Hospital, now: datetime
) -> None:
    assert refused(hospital.token(HERE, key=OTHER), now, origin="https://sandbox.example").said == NOT_TRUSTED
    assert refused("nonsense", now, origin="https://sandbox.example").said


def test_a_token_that_nothing_here_could_judge_names_its_client_and_proves_nothing(
    open_client: CdsClient, now: datetime
) -> None:
    token = Hospital(now, issuer="https://sandbox.example").token("anywhere")
    assert ask(token, now) == Caller(open_client, is_signed=False)


def test_once_keys_are_kept_a_token_is_judged_though_it_is_not_asked_for(open_client: CdsClient, now: datetime) -> None:
    CdsClient.objects.update(jwks=public(key_pair()))
    theirs = Hospital(now, issuer="https://sandbox.example")
    assert ask(theirs.token(HERE), now) == Caller(open_client, is_signed=True)
    refused(theirs.token(HERE, key=OTHER), now)
