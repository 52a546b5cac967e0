"""The product for a load test of its hook service: as in service, but without the limit on calls a minute.

With EVENKEEL_BENCH_RECORD=off the rows of a call are not written either, to see what they cost.
"""

import os

from django.conf import settings

from config.wsgi import application

__all__ = ["application"]

settings.CDS_HOOKS_A_MINUTE = dict.fromkeys(settings.CDS_HOOKS_A_MINUTE, 10**9)


def _leave_out(*_given: object, **_named: object) -> None:
    """Stand in for the writing of a call's rows."""


if os.environ.get("EVENKEEL_BENCH_RECORD") == "off":
    from interactions.cds_hooks.door import exchange

    exchange._record = _leave_out
