"""The servers Evenkeel talks to: turning DATABASE_URL, REDIS_URL, EMAIL_URL and those for text messages and web push
into Django's and Celery's terms."""

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.launch.keys import P256_ORDER

POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
REDIS_SCHEMES = frozenset({"redis", "rediss"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

# WAL lets readers go on while one writes; IMMEDIATE and a long timeout make writers queue instead of failing;
# FULL keeps a committed row through a power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database(url: str) -> dict[str, Any]:
    """Return the entry for Django's DATABASES; an error never repeats the URL, which may hold a password."""
    wrong = ImproperlyConfigured(
        "DATABASE_URL must look like postgresql://user:password@host:5432/name or sqlite:////absolute/path/to/file."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme == "sqlite":
        if parts.netloc or len(parts.path) < 2 or parts.path.endswith("/"):
            raise wrong
        return {**dj_database_url.parse(url), "OPTIONS": SQLITE_OPTIONS}
    name_ok = len(parts.path) > 1 and "/" not in parts.path[1:]
    if parts.scheme not in POSTGRES_SCHEMES or not name_ok or not (parts.hostname or "host=" in parts.query):
        raise wrong
    if port == 0:
        raise wrong
    entry = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    return {**entry, "OPTIONS": {"connect_timeout": 5, "application_name": "evenkeel", **entry.get("OPTIONS", {})}}


def broker(url: str) -> str:
    """Return Celery's broker URL; a unix socket may be written `unix:///path` or `redis+socket:///path`.

    By itself Kombu takes any certificate of a `rediss` server; here it is verified unless the URL says otherwise.
    """
    wrong = ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0 or unix:///absolute/path.sock.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme in {"unix", "redis+socket"} and not parts.netloc and len(parts.path) > 1:
        return f"redis+socket://{parts.path}"
    database_ok = parts.path in {"", "/"} or parts.path[1:].isdecimal()
    if parts.scheme in REDIS_SCHEMES and parts.hostname and database_ok:
        lax = parts.scheme == "rediss" and "ssl_cert_reqs" not in parse_qs(parts.query)
        return url + ("&" if parts.query else "?") + "ssl_cert_reqs=required" if lax else url
    raise wrong


def mail(url: str, *, folder: Path) -> dict[str, Any]:
    """Return Django's e-mail settings; with no URL each message becomes a file in the folder."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": folder,
            "DEFAULT_FROM_EMAIL": "evenkeel@localhost",
        }
    wrong = ImproperlyConfigured(
        "EMAIL_URL must look like smtp+tls://user:password@host:587?from=clinic@example.org (or smtps://, smtp://)."
    )
    try:
        parts = urlsplit(url)
        port = parts.port or MAIL_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise wrong from None
    if not port or not parts.hostname:
        raise wrong
    sender = parse_qs(parts.query).get("from", [f"evenkeel@{parts.hostname}"])[0]
    return {
        "EMAIL_BACKEND": "monitoring.notifications.senders.DeadlineEmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
    }


def channels(env: Environment, *, folder: Path) -> dict[str, Any]:
    """Return the settings of mail, text messages and web push; the folder holds mails and the key of the last."""
    post = mail(env.text("EMAIL_URL"), folder=folder / "mail")
    sms = text_messages(
        env.text("SMS_GATEWAY_URL"),
        token=env.text("SMS_GATEWAY_TOKEN"),
        sender=env.text("SMS_SENDER"),
        dialling_code=env.text("SMS_DIALLING_CODE", "44"),
    )
    push = web_push(env.text("VAPID_KEY"), file=folder / "vapid_key", services=env.listed("PUSH_SERVICES"))
    return {**post, **sms, **push}


def text_messages(url: str, *, token: str, sender: str, dialling_code: str) -> dict[str, Any]:
    """Return the settings of the gateway that carries text messages; without its URL the channel is off."""
    given = {
        "SMS_GATEWAY_URL": url,
        "SMS_GATEWAY_TOKEN": token,
        "SMS_SENDER": sender,
        "SMS_DIALLING_CODE": dialling_code,
    }
    if not re.fullmatch(r"[1-9][0-9]{0,2}", dialling_code):
        raise ImproperlyConfigured("SMS_DIALLING_CODE must be a country's code such as 44.")
    if not (url or token or sender):
        return given
    if not (url and token and sender):
        raise ImproperlyConfigured("SMS_GATEWAY_URL, SMS_GATEWAY_TOKEN and SMS_SENDER must be given together.")
    wrong = ImproperlyConfigured(
        "SMS_GATEWAY_URL must look like https://gateway.example/messages (http:// only for this machine itself)."
    )
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong from None
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or parts.username or parts.fragment or not (parts.scheme == "https" or near):
        raise wrong
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ImproperlyConfigured("SMS_GATEWAY_TOKEN must be one word without spaces.")
    if not re.fullmatch(r"\+?[0-9]{3,15}|[A-Za-z][A-Za-z0-9 ]{0,10}", sender):
        raise ImproperlyConfigured("SMS_SENDER must be a number such as +447700900000 or a name of up to 11 letters.")
    return given


def web_push(key: str, *, file: Path, services: list[str]) -> dict[str, Any]:
    """Return the settings of web push; without the key, which `make setup` writes, the channel is off."""
    try:
        key = key or (file.read_text(encoding="utf-8").strip() if file.is_file() else "")
        raw = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
    except (ValueError, OSError):
        raw = b"?"
    if (key or raw) and not (len(raw) == 32 and 0 < int.from_bytes(raw, "big") < P256_ORDER):
        raise ImproperlyConfigured(f"VAPID_KEY, or the file {file}, must hold 32 random bytes in base64url.")
    if not all(re.fullmatch(r"[a-z0-9.-]+", service) for service in services):
        raise ImproperlyConfigured("PUSH_SERVICES must hold names of hosts such as push.clinic.example.")
    return {"VAPID_KEY": key, "PUSH_SERVICES": services}
