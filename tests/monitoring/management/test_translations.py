"""Patients' texts are demanded in every language, the staff's only where a language is offered to staff."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings as installed
from django.core.management import CommandError, call_command

from monitoring.languages import STAFF
from monitoring.management.commands.translations import together
from monitoring.management.words import collected, collected_of_staff, key_of, staff_templates

TEMPLATES = {
    "base.html": "{% include 'components/both.html' %}{% include 'components/staff_tools.html' %}",
    "components/staff_tools.html": '{% translate "Tools" %}',
    "base_patient.html": "{% extends 'base.html' %}",
    "components/both.html": '{% translate "Both" %}{% translate "Above" context "staff" %}',
    "page.html": "{% extends 'base.html' %}{% include 'part.html' %}{% include 'shared.html' %}",
    "part.html": '{% translate "Part" %} {{ x|default:_("nothing") }}',
    "shared.html": '{% translate "Shared" %}',
    "mine.html": "{% extends 'base_patient.html' %}{% include 'shared.html' %}",
    "either.html": '{% extends base %}{% translate "Either" %}',
    "sent.txt": '{% translate "Sent" %}',
}
PYTHON = 'gettext("Mine"), pgettext_lazy("staff", "Ours"), npgettext("staff", "one", "many", n)'


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name, text in TEMPLATES.items():
        path = tmp_path / "templates" / ("" if name.startswith(("base", "components")) else "pages") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("'part", "'pages/part").replace("'shared", "'pages/shared"))
    for folder in ("monitoring", "config"):
        (tmp_path / folder).mkdir()
    (tmp_path / "monitoring" / "views.py").write_text(PYTHON)
    return tmp_path


def texts(catalogue: Catalog) -> set[str]:
    return {key_of(message)[0] for message in catalogue if message.id}


def test_a_text_is_the_staffs_by_its_page_or_by_its_context(sources: Path) -> None:
    assert texts(collected_of_staff(sources)) == {"Above", "Part", "Tools", "nothing", "Ours", "one"}
    assert texts(collected(sources)) >= {"Both", "Shared", "Either", "Sent", "Mine"}
    found = {path.name for path in staff_templates(sources / "templates")}
    assert found == {"page.html", "part.html", "staff_tools.html"}


def test_a_translator_gets_the_texts_of_staff_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "staff.pot"
    call_command("translations", staff=path, verbosity=0)
    with path.open("rb") as file:
        contexts = {message.context for message in read_po(file) if message.id}
    assert STAFF in contexts


def test_only_a_language_that_staff_are_offered_must_have_their_texts(settings: Any) -> None:
    call_command("translations", check=True)
    settings.STAFF_LANGUAGES = ["es"]
    with pytest.raises(CommandError, match=r"es: \d+ texts without a translation"):
        call_command("translations", check=True)


def test_a_text_of_both_comes_once() -> None:
    root = Path(installed.BASE_DIR)
    patients, staff = collected(root), collected_of_staff(root)
    assert texts(together(patients, staff)) == texts(patients) | texts(staff)
