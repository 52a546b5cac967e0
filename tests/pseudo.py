"""Made-up languages: one that is 40 % longer than English, one that runs from right to left. For tests alone."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings

from monitoring.management.commands.translations import together
from monitoring.management.words import collected, collected_of_staff

LONGER, RIGHT_TO_LEFT = "xl", "he"
# What must stay as it is: what is filled in, and markup.
KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w+\}|<[^>]+>)")
# One letter of a script that runs the other way for each of ours.
MIRROR = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")


def longer(text: str) -> str:
    """The same words with vowels doubled until the text is at least 40 % longer."""
    wanted = len(text) * 7 // 5
    for times in (2, 3, 4, 5):
        grown = re.sub(r"[aeiouy]", lambda vowel, n=times: vowel.group() * n, text)  # type: ignore[misc]
        if len(grown) >= wanted:
            return grown
    return text + " " + "o" * max(1, wanted - len(text))


def turned(text: str) -> str:
    """The same length in letters that run from right to left."""
    return text.lower().translate(MIRROR)


def use_pseudo_languages(folder: Path, settings_of_test: Any) -> None:
    """Offer both beside English to patients and staff, compiled into `folder` from every text."""
    root = Path(settings.BASE_DIR)
    every = together(collected(root), collected_of_staff(root))
    for code, change in ((LONGER, longer), (RIGHT_TO_LEFT, turned)):
        catalogue = Catalog()
        for message in every:
            if message.id:
                ids = [message.id] if isinstance(message.id, str) else list(message.id)
                made = tuple(
                    "".join(each if n % 2 else change(each) for n, each in enumerate(KEPT.split(i))) for i in ids
                )
                catalogue.add(message.id, made if len(ids) > 1 else made[0], context=message.context)
        out = BytesIO()
        write_mo(out, catalogue)
        path = folder / code / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(out.getvalue())
    settings_of_test.LOCALE_PATHS = [folder]
    settings_of_test.STAFF_LANGUAGES = [LONGER, RIGHT_TO_LEFT]
    settings_of_test.LANGUAGES = [("en", "English"), (LONGER, "Longer"), (RIGHT_TO_LEFT, "Mirrored")]
