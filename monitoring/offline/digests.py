"""What a phone keeps for the day without a network, and a name for the state of it all."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.templatetags.static import static

from monitoring import languages
from monitoring.checkins.rules import current_thresholds
from monitoring.help.views import ASKED

# Paths, not names: printed on handouts, and asked for by phones that were installed long ago.
HELP_PAGES = ("/help/emergency/", "/help/crisis/", "/help/urgent/")
OWN_PAGES = ("/offline/", "/offline/check-in/")
FILES = (
    "monitoring/css/app.css",
    "monitoring/css/components.css",
    "monitoring/js/app.js",
    "monitoring/js/offline.js",
    "monitoring/js/offline-check-in.js",
    "monitoring/img/icon.svg",
)
WORKER = "monitoring/js/worker.js"
TEMPLATES = (
    "base_plain.html",
    "monitoring/help/emergency.html",
    "monitoring/help/crisis.html",
    "monitoring/help/urgent.html",
    "monitoring/help/_own_wait.html",
    "monitoring/help/_other_wait.html",
    "monitoring/help/_someone_else.html",
    "monitoring/offline/page.html",
    "monitoring/offline/check_in.html",
    "monitoring/offline/_step.html",
    "monitoring/offline/_ask.html",
    "monitoring/offline/_results.html",
    "monitoring/offline/_not_told.html",
)


def spoken_pages() -> list[str]:
    """The help pages in each language that a reader may ask for by the address."""
    return [f"{page}?{ASKED}={code}" for page in HELP_PAGES for code in languages.offered()]


def file_addresses() -> list[str]:
    """The addresses of the files, which hold their digest in a live site."""
    return [static(name) for name in FILES]


def worker_source() -> str:
    return _path_of(WORKER).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shell_version() -> str:
    """Changes whenever anything that phones keep does, so that they fetch it anew."""
    digest = hashlib.sha256(current_thresholds().content_hash.encode())
    for name in (*FILES, WORKER):
        digest.update(_path_of(name).read_bytes())
    for name in TEMPLATES:
        digest.update(get_template(name).template.source.encode())  # type: ignore[attr-defined]
    return digest.hexdigest()[:16]


def _path_of(name: str) -> Path:
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(name)
    return Path(found)
