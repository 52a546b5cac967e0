"""Patients by name, identifier or birth date, and those who were opened last."""

from collections.abc import Iterable
from uuid import UUID

from monitoring.people.models import Patient, RecentPatient, User
from monitoring.search.rules import MOST, Person, ranked

RECENT = 8


def _people(user: User) -> list[Person]:
    """Everybody `user` may see. Names are compared here and not in the database, which knows no accents on SQLite."""
    columns = ("pk", "family_name", "given_names", "identifier", "birth_date")
    return [Person(*row) for row in Patient.objects.visible_to(user).order_by().values_list(*columns)]


def known_as(user: User, text: str) -> list[UUID]:
    """The keys of all patients `user` may see whom `text` fits."""
    return [person.key for person in ranked(_people(user), text)]


def found(user: User, text: str) -> list[Patient]:
    """At most 20 patients `user` may see whom `text` fits, the best first."""
    return _in_order(user, [person.key for person in ranked(_people(user), text)[:MOST]])


def recent_patients(user: User) -> list[Patient]:
    """The last eight patients `user` opened that they may still see, the latest first."""
    visible = Patient.objects.visible_to(user)
    opened = RecentPatient.objects.filter(user=user, patient__in=visible).order_by("-opened_at", "-pk")
    return _in_order(user, opened.values_list("patient", flat=True)[:RECENT])


def _in_order(user: User, keys: Iterable[UUID]) -> list[Patient]:
    wanted = list(keys)
    rows = Patient.objects.visible_to(user).in_bulk(wanted) if wanted else {}
    return [rows[key] for key in wanted if key in rows]
