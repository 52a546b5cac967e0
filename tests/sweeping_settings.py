"""Settings of the worker and the beat that a test starts: those in service, with a clock that ticks faster.

Only how often beat asks is changed. What is due remains a question to the database, whose rows a test makes due.
"""

import os
from pathlib import Path

from config import services
from config.settings_test import *  # noqa: F403
from config.settings_test import VAR_DIR
from config.sweeps import beat_schedule

TICK_SECONDS = 0.6
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": TICK_SECONDS, "options": {**entry["options"], "expires": TICK_SECONDS * 5}}
    for name, entry in beat_schedule().items()
    if name != "verify_audit"
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.2
globals().update(services.mail(os.environ["EMAIL_URL"], folder=Path(VAR_DIR) / "mail"))
