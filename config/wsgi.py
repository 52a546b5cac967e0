"""WSGI entry point for gunicorn: a process that is ready when it takes its first request."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from config.ticking import TickingApplication  # noqa: E402 - these need Django to be set up
from interactions.cds_hooks.door.warming import warm_up  # noqa: E402

application = TickingApplication(django_application)

# Without these the first caller would wait two seconds for every page's code, and for what the checker looks up in.
_ = get_resolver().url_patterns
warm_up()
