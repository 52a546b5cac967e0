"""Import patients, medicines and context from FHIR R4 bundles and NDJSON files."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interactions.fhir import FaultError, Note, ReadBundle, read_bundle, read_resources
from monitoring.fhir.actions import JOB, TakenPatient, import_bundle
from monitoring.people.actions import create_clinic
from monitoring.people.models import Clinic, Role, User


@dataclass
class FileResult:
    """What came of one bundle: patients taken, or the fault for which none of it was."""

    file: str
    patients: list[TakenPatient] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    not_used: dict[str, int] = field(default_factory=dict)
    error: dict[str, str] | None = None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number that JSON knows")


def parse(text: str) -> object:
    return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)


def read_file(text: str) -> list[ReadBundle]:
    """The bundles of a file: one JSON document, or NDJSON of resources or of bundles. Raises FaultError."""
    try:
        return [read_bundle(parse(text))]
    except json.JSONDecodeError as fault:
        if not (fault.msg == "Extra data" and "\n" in text.strip()):
            raise FaultError(
                f"line {fault.lineno}, column {fault.colno}",
                f"not readable as JSON ({fault.msg}). Is the file cut off?",
            ) from None
    except ValueError as fault:
        raise FaultError("document", f"not readable as JSON: {fault}.") from None
    except RecursionError:
        raise FaultError("document", "nested too deeply.") from None
    return _read_lines(text)


def _read_lines(text: str) -> list[ReadBundle]:
    resources: list[tuple[str, object]] = []
    bundles: list[ReadBundle] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            resource = parse(line)
        except (ValueError, RecursionError):
            raise FaultError(f"line {number}", "not readable as JSON. Is the file cut off?") from None
        if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
            bundles.append(read_bundle(resource))
        else:
            resources.append((f"line {number}", resource))
    return [*bundles, read_resources(resources)] if resources or not bundles else bundles


class Command(BaseCommand):
    help = "Imports FHIR R4 Bundles and NDJSON files; each bundle whole or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a path, or - for standard input")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--clinic", help="name of the clinic that takes them (default: the oldest)")
        parser.add_argument(
            "--care-team",
            action="append",
            metavar="EMAIL",
            help="a clinician who will see them (default: all of the clinic)",
        )

    def handle(self, *, files: list[str], clinic: str | None, care_team: list[str] | None, **options: Any) -> None:
        chosen = self._clinic(clinic)
        team = self._team(chosen, care_team)
        results = [result for name in files for result in self._import(name, chosen, team)]
        if options["format"] == "json":
            self.stdout.write(json.dumps([as_json(result) for result in results], indent=1))
        else:
            for result in results:
                self._tell(result)
        if any(result.error for result in results):
            sys.exit(1)

    def _clinic(self, name: str | None) -> Clinic:
        clinics = Clinic.objects.order_by("users__joined_at", "pk")
        found = clinics.filter(name=name).first() if name else clinics.first()
        if found is None and name:
            raise CommandError(f"There is no clinic called “{name}”.")
        return found or create_clinic(
            name="My clinic", time_zone=settings.TIME_ZONE, phone="not set", now=timezone.now(), job=JOB
        )

    def _team(self, clinic: Clinic, addresses: list[str] | None) -> list[User]:
        clinicians = User.objects.filter(clinic=clinic, role=Role.CLINICIAN, is_active=True)
        if addresses is None:
            return list(clinicians)
        team = [clinicians.filter(email__iexact=address).first() for address in addresses]
        if None in team:
            raise CommandError(f"“{addresses[team.index(None)]}” is not an active clinician of {clinic.name}.")
        return [member for member in team if member is not None]

    def _import(self, name: str, clinic: Clinic, team: list[User]) -> list[FileResult]:
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
            bundles = read_file(text)
        except OSError as fault:
            return [FileResult(name, error={"place": name, "text": f"could not be read: {fault.strerror}."})]
        except UnicodeDecodeError:
            return [FileResult(name, error={"place": name, "text": "is not UTF-8 text."})]
        except FaultError as fault:
            return [FileResult(name, error={"place": fault.place, "text": fault.text})]
        return [self._take(name, bundle, clinic, team) for bundle in bundles]

    def _take(self, name: str, bundle: ReadBundle, clinic: Clinic, team: list[User]) -> FileResult:
        try:
            taken = import_bundle(bundle=bundle, clinic=clinic, team=team, now=timezone.now())
        except FaultError as fault:
            return FileResult(name, error={"place": fault.place, "text": fault.text})
        return FileResult(name, patients=taken, notes=bundle.notes, not_used=bundle.unused)

    def _tell(self, result: FileResult) -> None:
        if result.error:
            self.stderr.write(f"{result.file}: nothing taken. {result.error['place']}: {result.error['text']}")
            return
        for patient in result.patients:
            flags = (
                ", ".join(f"{flag['code']} ({flag['severity']}, {flag['state']})" for flag in patient.flags) or "none"
            )
            counted = "1 medicine" if patient.medicines == 1 else f"{patient.medicines} medicines"
            again = f", {patient.already_there} already there" if patient.already_there else ""
            self.stdout.write(
                f"{result.file}: patient {patient.identifier} {'registered' if patient.is_new else 'updated'}, "
                f"{counted} taken{again}; overall {patient.overall}; flags: {flags}"
            )
            for note in patient.not_understood:
                self.stdout.write(f"{result.file}:   {note.place}: {note.text}")
        for note in result.notes:
            self.stdout.write(f"{result.file}:   {note.place}: {note.text}")
        if result.not_used:
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(result.not_used.items()))
            self.stdout.write(f"{result.file}:   not used: {kinds}")


def as_json(result: FileResult) -> dict[str, Any]:
    """A result as plain JSON; the patient by identifier, as it stood in the file."""
    if result.error:
        return {"file": result.file, "error": result.error, "patients": []}
    notes = [{"place": note.place, "text": note.text} for note in result.notes]
    return {
        "file": result.file,
        "patients": [
            {
                "id": str(patient.patient_id),
                "identifier": patient.identifier,
                "registered": patient.is_new,
                "medicines_taken": patient.medicines,
                "already_there": patient.already_there,
                "overall": patient.overall,
                "codes": sorted({flag["code"] for flag in patient.flags}),
                "flags": patient.flags,
                "not_understood": [{"place": n.place, "text": n.text} for n in patient.not_understood],
            }
            for patient in result.patients
        ],
        "not_taken": notes,
        "not_used": result.not_used,
    }
