"""What every answer carries, whatever it answers."""

import http

import pytest
from django.conf import settings
from django.contrib.sessions.serializers import JSONSerializer
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from config.proxies import ProxyAddressMiddleware

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/help/emergency/", "/no/such/page/", "/login/"])
@pytest.mark.django_db
def test_every_answer_closes_what_a_page_does_not_need(client: Client, path: str) -> None:
    headers = client.get(path).headers

    policy = {part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert policy >= STRICT
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_way_to_https_carries_the_policy_too() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client().get("/help/emergency/")

    assert answer.status_code == http.HTTPStatus.MOVED_PERMANENTLY
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_passwords_are_hashed_with_argon2_in_service() -> None:
    from config import settings as in_service

    assert in_service.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_sessions_hold_json_only() -> None:
    assert settings.SESSION_SERIALIZER.endswith(JSONSerializer.__name__)


@pytest.mark.parametrize(
    ("count", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_who_is_asking(count: int, forwarded: str, expected: str) -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    with override_settings(PROXY_COUNT=count):
        ProxyAddressMiddleware(answer)(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}))

    assert seen == [expected]
