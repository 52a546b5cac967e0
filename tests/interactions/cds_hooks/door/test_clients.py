"""What an admin enters about a client: public keys only, to the letter, and never a private one."""

import json
from typing import Any

import pytest
from joserfc import jwk

from interactions.cds_hooks.door.clients import ClientFaultError, PrivateKeyError, read_address, read_jwks, read_origins
from tests.interactions.cds_hooks.door.hospital import key_pair, public

EC, RSA = key_pair(), key_pair("RSA", 2048, "rsa-1")


def changed(**parts: Any) -> str:
    key = public(EC)["keys"][0] | parts
    return json.dumps({"keys": [{name: value for name, value in key.items() if value is not None}]})


def test_a_set_of_public_keys_is_kept_by_its_public_parts() -> None:
    wanted = public(EC, RSA)
    given = {"keys": [key | {"alg": alg, "use": "sig", "x5t": "!", "note": "ours"} for key, alg in
                      zip(wanted["keys"], ("ES384", "RS384"), strict=True)]}  # fmt: skip
    kept = read_jwks(json.dumps(given))
    assert [set(key) for key in kept["keys"]] == [
        {"kty", "crv", "x", "y", "kid", "alg", "use"},
        {"kty", "n", "e", "kid", "alg", "use"},
    ]
    assert jwk.import_key(kept["keys"][0]).thumbprint() == EC.thumbprint()


def test_one_key_alone_is_a_set_of_one_and_nothing_is_none() -> None:
    alone = json.dumps(public(EC)["keys"][0])
    assert read_jwks(alone)["keys"][0]["kid"] == "key-1"
    assert read_jwks("  \n") == {}


PEM = "-----BEGIN EC PRIVATE KEY-----\nMIGk\n-----END EC PRIVATE KEY-----"
PRIVATE = {
    "an EC key with its d": json.dumps({"keys": [EC.as_dict(private=True)]}),
    "an RSA key with its primes": json.dumps(RSA.as_dict(private=True)),
    "a secret": json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "1"}]}),
    "one private among public ones": json.dumps({"keys": [*public(EC)["keys"], RSA.as_dict(private=True)]}),
    "a private one beside the set": json.dumps(public(EC) | {"mine": {"kty": "EC", "d": "x"}}),
    "a PEM file": PEM,
    "a PEM file in JSON": json.dumps({"keys": [], "pem": PEM}),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_key_is_refused_loudly_and_not_repeated(name: str) -> None:
    with pytest.raises(PrivateKeyError) as caught:
        read_jwks(PRIVATE[name])
    said = str(caught.value)
    assert "disclosed" in said
    assert "not kept" in said
    secret = EC.as_dict(private=True)["d"]
    assert secret not in said


WRONG = {
    "no JSON": "keys",
    "a key twice in one object": '{"keys": [], "keys": []}',
    "no keys": '{"keys": []}',
    "keys that are no list": '{"keys": {}}',
    "a list": "[]",
    "a number": "7",
    "eleven keys": json.dumps({"keys": public(EC)["keys"] * 11}),
    "the same kid twice": json.dumps({"keys": public(EC)["keys"] * 2}),
    "no kid": changed(kid=None),
    "an empty kid": changed(kid=""),
    "a kid that is a number": changed(kid=1),
    "no kind": changed(kty=None),
    "a kind that nobody knows": changed(kty="OKP"),
    "a smaller curve": json.dumps(public(key_pair("EC", "P-256", "p256"))),
    "a larger curve": json.dumps(public(key_pair("EC", "P-521", "p521"))),
    "a short RSA key": json.dumps({"kty": "RSA", "kid": "r", "e": "AQAB", "n": "_" * 171}),
    "an RSA key that is no number": json.dumps({"kty": "RSA", "kid": "r", "e": "AQAB", "n": "ä" * 400}),
    "an RSA key without an exponent": json.dumps({"kty": "RSA", "kid": "r", "n": "_" * 400}),
    "a point beside the curve": changed(x="A" * 64),
    "half a point": changed(y=None),
    "another algorithm": changed(alg="ES256"),
    "a key for encryption": changed(use="enc"),
    "far too much": " " * 20_001 + "{}",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_good_key_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(ClientFaultError) as caught:
        read_jwks(WRONG[name])
    assert not isinstance(caught.value, PrivateKeyError)
    assert str(caught.value).endswith(".") or str(caught.value).endswith("].")


@pytest.mark.parametrize(
    "text", ["https://ehr.example", "https://ehr.example/a/b", "http://localhost:8080/x", "http://127.0.0.1"]
)
def test_an_address_is_kept_to_the_letter(text: str) -> None:
    assert read_address(text, what="The issuer") == text


@pytest.mark.parametrize(
    "text",
    [
        "ehr", "", "http://ehr.example", "ftp://ehr.example", "https://", "https://a b", "https://u@ehr.example",
        "https://ehr.example/?x", "https://ehr.example/#x", "https://ehr.example:port", "javascript:alert(1)",
        "https://éhr.example", "https://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(ClientFaultError, match="The issuer"):
        read_address(text, what="The issuer")


def test_origins_are_one_a_line_without_doubles() -> None:
    text = "https://ehr.example\n\n  http://localhost:*\nhttps://ehr.example\nhttp://127.0.0.1:9000\n"
    assert read_origins(text) == ["https://ehr.example", "http://localhost:*", "http://127.0.0.1:9000"]
    assert read_origins("") == []


@pytest.mark.parametrize(
    "line",
    [
        "*", "null", "https://*", "https://*.example", "https://ehr.example/", "https://ehr.example/x",
        "https://ehr.example:*", "http://ehr.example", "HTTPS://ehr.example", "https://u@ehr.example", "ehr.example",
    ],
)  # fmt: skip
def test_an_origin_is_exact_and_a_bad_one_is_named_by_its_line(line: str) -> None:
    with pytest.raises(ClientFaultError, match="Line 2"):
        read_origins(f"https://fine.example\n{line}")
    with pytest.raises(ClientFaultError, match="At most"):
        read_origins("\n".join(f"https://{number}.example" for number in range(21)))
