"""Bring the catalogues of words up to date with the sources, and compile them."""

from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitoring.languages import SOURCE, offered, offered_to_staff
from monitoring.management.words import collected, collected_of_staff, key_of, po_file


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # it reads sources, and starts nothing
    help = "Writes every text of the patient's face into locale/*/django.po, keeps translations, compiles django.mo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a text has no translation")
        parser.add_argument(
            "--staff", type=Path, metavar="FILE", help="only write the texts of the staff's pages, for a translator"
        )

    def handle(self, *, check: bool, staff: Path | None, **_options: Any) -> None:
        of_staff = collected_of_staff(Path(settings.BASE_DIR))
        if staff:
            staff.write_bytes(po_bytes(of_staff))
            self.stdout.write(f"{staff}: {len(of_staff)} texts.")
            return
        template = collected(Path(settings.BASE_DIR))
        for language in offered():
            if language != SOURCE:
                wanted = together(template, of_staff) if language in offered_to_staff() else template
                self._update(language, wanted, check=check)

    def _update(self, language: str, template: Catalog, *, check: bool) -> None:
        catalogue = merged(template, po_file(language))
        missing = [message for message in catalogue if message.id and not _is_translated(message.string)]
        if check and missing:
            raise CommandError(f"{language}: {len(missing)} texts without a translation, first “{missing[0].id}”.")
        if not check:
            po_file(language).write_bytes(po_bytes(catalogue))
            po_file(language).with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        self.stdout.write(f"{language}: {len(catalogue)} texts, {len(missing)} without a translation.")


def together(*catalogues: Catalog) -> Catalog:
    """The texts of all of them; one that stands in several comes once."""
    every = Catalog(domain="django", fuzzy=False)
    for message in (message for catalogue in catalogues for message in catalogue):
        if message.id:
            every.add(message.id, locations=message.locations, context=message.context)
    return every


def merged(template: Catalog, path: Path) -> Catalog:
    """The texts of `template` with the translations that the file at `path` has; what is used no more is left out."""
    with path.open("rb") as file:
        known = read_po(file)
    translations = {key_of(message): message.string for message in known if message.id}
    fresh = Catalog(domain="django", header_comment=known.header_comment, fuzzy=False)
    fresh.mime_headers = known.mime_headers
    for message in template:
        if message.id:
            translated = translations.get(key_of(message), "")
            fresh.add(message.id, translated, message.locations, context=message.context)
    return fresh


def _is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a translator reads it."""
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as the site reads it."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
