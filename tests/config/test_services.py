"""DATABASE_URL, REDIS_URL and EMAIL_URL in Django's and Celery's terms."""

import ssl
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection

from config import services


def test_sqlite_queues_its_writers_and_keeps_what_it_committed() -> None:
    entry = services.database("sqlite:////srv/evenkeel/data.sqlite3")

    assert entry["NAME"] == "/srv/evenkeel/data.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert entry["OPTIONS"]["timeout"] == 20
    assert "synchronous=FULL" in entry["OPTIONS"]["init_command"]


def test_postgresql_keeps_connections_and_checks_them() -> None:
    entry = services.database("postgresql://ek:p%40ss@db.example:5433/evenkeel?sslmode=verify-full")

    assert (entry["HOST"], entry["PORT"], entry["NAME"], entry["PASSWORD"]) == ("db.example", 5433, "evenkeel", "p@ss")
    assert entry["CONN_MAX_AGE"] == 600
    assert entry["CONN_HEALTH_CHECKS"] is True
    assert entry["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense", "mysql://u@h/d", "postgresql://u:topsecret@h:port/d", "postgresql://u:topsecret@h", "sqlite://",
        "sqlite://relative.db", "postgresql://u:topsecret@h:0/d", "postgresql://u:topsecret@[h/d", "postgresql:///d",
    ],
)  # fmt: skip
def test_a_malformed_database_url_is_one_sentence_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must look like [^\n]+$") as caught:
        services.database(url)

    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///srv/b.sock", "redis+socket:///srv/b.sock"),
        ("redis+socket:///srv/b.sock", "redis+socket:///srv/b.sock"),
        ("redis://queue.example:6379/0", "redis://queue.example:6379/0"),
        ("rediss://:pw@queue.example", "rediss://:pw@queue.example?ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_ca_certs=/ca", "rediss://h/0?ssl_ca_certs=/ca&ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
    ],
)
def test_a_broker_is_a_host_or_a_socket(url: str, expected: str) -> None:
    assert services.broker(url) == expected


def test_the_certificate_of_an_encrypted_broker_is_verified() -> None:
    with Connection(services.broker("rediss://:pw@queue.example:6380/0?ssl_ca_certs=/etc/ca.crt")) as connection:
        assert connection.ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": "/etc/ca.crt"}


def test_the_certificate_of_a_database_is_verified_by_the_authority_that_is_named() -> None:
    entry = services.database("postgresql://ek:pw@db.example/ek?sslmode=verify-full&sslrootcert=/etc/ca.crt")
    assert (entry["OPTIONS"]["sslmode"], entry["OPTIONS"]["sslrootcert"]) == ("verify-full", "/etc/ca.crt")


@pytest.mark.parametrize("url", ["nonsense", "amqp://h", "redis://", "redis://h/x", "unix://", "redis://h:x/0"])
def test_a_malformed_redis_url_is_named(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^REDIS_URL must look like [^\n]+$"):
        services.broker(url)


def test_without_a_mail_server_messages_become_files() -> None:
    assert services.mail("", folder=Path("mail"))["EMAIL_FILE_PATH"] == Path("mail")


def test_a_mail_server_with_its_own_sender() -> None:
    found = services.mail("smtp+tls://u%40x:p@mail.example?from=clinic@example.org", folder=Path("mail"))

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_USER"]) == ("mail.example", 587, "u@x")
    assert found["EMAIL_USE_TLS"] is True
    assert found["DEFAULT_FROM_EMAIL"] == "clinic@example.org"


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port"])
def test_a_malformed_email_url_is_named(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL must look like [^\n]+$"):
        services.mail(url, folder=Path("mail"))


def test_without_a_gateway_text_messages_are_off() -> None:
    made = services.text_messages("", token="", sender="", dialling_code="44")
    assert made["SMS_GATEWAY_URL"] == ""


def test_a_gateway_has_a_url_a_token_and_a_sender() -> None:
    made = services.text_messages("https://sms.example/v1?x=1", token="t0k", sender="Evenkeel", dialling_code="353")
    assert made == {
        "SMS_GATEWAY_URL": "https://sms.example/v1?x=1", "SMS_GATEWAY_TOKEN": "t0k", "SMS_SENDER": "Evenkeel",
        "SMS_DIALLING_CODE": "353",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"url": ""}, "SMS_GATEWAY_URL, SMS_GATEWAY_TOKEN and SMS_SENDER"),
        ({"token": ""}, "SMS_GATEWAY_URL, SMS_GATEWAY_TOKEN and SMS_SENDER"),
        ({"sender": ""}, "SMS_GATEWAY_URL, SMS_GATEWAY_TOKEN and SMS_SENDER"),
        ({"url": "http://sms.example/"}, "SMS_GATEWAY_URL"),
        ({"url": "https://"}, "SMS_GATEWAY_URL"),
        ({"url": "https://u:topsecret@sms.example/"}, "SMS_GATEWAY_URL"),
        ({"url": "https://sms.example:port/"}, "SMS_GATEWAY_URL"),
        ({"token": "two words"}, "SMS_GATEWAY_TOKEN"),
        ({"token": "a\r\nb"}, "SMS_GATEWAY_TOKEN"),
        ({"sender": "a name of more than eleven"}, "SMS_SENDER"),
        ({"dialling_code": "+44"}, "SMS_DIALLING_CODE"),
    ],
)
def test_a_malformed_gateway_is_one_sentence(changes: dict[str, str], named: str) -> None:
    good = {"url": "https://sms.example/", "token": "topsecret", "sender": "Evenkeel", "dialling_code": "44"}
    with pytest.raises(ImproperlyConfigured, match=rf"^{named} must [^\n]+\.$") as caught:
        services.text_messages(**{**good, **changes})  # type: ignore[arg-type]
    assert "topsecret" not in str(caught.value)


def test_web_push_is_off_without_its_key(tmp_path: Path) -> None:
    assert services.web_push("", file=tmp_path / "vapid_key", services=[])["VAPID_KEY"] == ""


@pytest.mark.parametrize("key", ["nonsense", "AAAA", "A" * 43, "_" * 43, "é" * 43])
def test_a_malformed_key_of_web_push_is_one_sentence(key: str, tmp_path: Path) -> None:
    (tmp_path / "vapid_key").write_text(key, encoding="utf-8")
    for given in (key, ""):
        with pytest.raises(ImproperlyConfigured, match=r"^VAPID_KEY, or the file [^\n]+\.$") as caught:
            services.web_push(given, file=tmp_path / "vapid_key", services=[])
        assert key not in str(caught.value)


def test_push_services_of_ones_own_are_hosts(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PUSH_SERVICES must hold [^\n]+$"):
        services.web_push("", file=tmp_path / "vapid_key", services=["https://push.example"])
