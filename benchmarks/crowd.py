"""Made-up patients by the hundred thousand, written by the database from one that went through the product's doors."""

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

JOB: Final = "bench"


class Crowd:
    """A clinic of patients who each take some different medicines, drawn evenly from the release in force."""

    def __init__(self, patients: int, drugs: int, chance: random.Random) -> None:
        from django.utils import timezone

        self.now: datetime = timezone.now()
        self._found_clinic()
        template = self._template()
        self._draw(patients, drugs, chance)
        self._clone(template)
        self.settle()

    def holders(self, ingredients: Sequence[str]) -> int:
        """How many take all of these."""
        return int(self.patients_with(ingredients).count())

    def patients_with(self, ingredients: Sequence[str]) -> Any:
        """Those who take all of these."""
        from monitoring.people.models import Patient

        found = Patient.objects.filter(clinic=self.clinic).order_by("pk")
        for each in ingredients:
            found = found.filter(regimen_ingredients__ingredient=each)
        return found

    def stand_at(self, version: str) -> None:
        """Everybody was last checked by this release."""
        from monitoring.regimens.models import RegimenCheck

        RegimenCheck.objects.update(release=version)

    def settle(self) -> None:
        """What a database does by itself in quiet hours."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def interacting(self, version: str) -> None:
        """A table of every pair of ingredients on which a rule of this release speaks."""
        from django.db import connection

        from interactions.checking import load_release
        from interactions.checking.concerning import clauses_of_rule

        release = load_release(version)
        pairs: set[tuple[str, str]] = set()
        for rule in release.rules:
            for clause in clauses_of_rule(rule, release) or ():
                if len(clause) == 2:
                    pairs |= {(min(a, b), max(a, b)) for a in clause[0] for b in clause[1] if a != b}
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE interacting (one text, other text, PRIMARY KEY (one, other))")
            cursor.executemany("INSERT INTO interacting VALUES (%s, %s)", sorted(pairs))
            cursor.execute("ANALYZE interacting")

    def _found_clinic(self) -> None:
        from monitoring.people.actions import create_clinic, create_user
        from monitoring.people.models import Role

        self.clinic = create_clinic(name="Bench", time_zone="UTC", phone="1", now=self.now, job=JOB)
        self.by = create_user(
            clinic=self.clinic, email="c@bench.example", name="C", role=Role.CLINICIAN, password=None, now=self.now,
            job=JOB,
        )  # fmt: skip

    def _template(self) -> Any:
        from interactions.medicines import Dose
        from monitoring.people.actions import register_patient
        from monitoring.regimens.actions import prescribe

        patient = register_patient(
            clinic=self.clinic, identifier="T", family_name="Bench", given_names="T", birth_date=date(1980, 1, 1),
            egfr=Decimal(95), egfr_on=self.now.date(), conditions=[], by=self.by, now=self.now,
        )  # fmt: skip
        return prescribe(
            patient=patient, entered="ibuprofen", route="oral", dose=Dose((Decimal(10),), "mg"), sig="",
            starts_on=self.now.date(), by=self.by, now=self.now,
        )  # fmt: skip

    def _draw(self, patients: int, drugs: int, chance: random.Random) -> None:
        from django.db import connection

        from interactions.checking import current_release_version, load_release

        known = sorted(load_release(current_release_version()).substances)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE drawn (number int, ingredient text)")
            with cursor.copy("COPY drawn FROM STDIN") as rows:
                for number in range(patients):
                    for ingredient in chance.sample(known, drugs):
                        rows.write_row((number, ingredient))
            cursor.execute("CREATE TEMP TABLE person AS SELECT DISTINCT number, gen_random_uuid() AS id FROM drawn")
            cursor.execute("DELETE FROM person a USING person b WHERE a.number = b.number AND a.id > b.id")

    def _clone(self, template: Any) -> None:
        from monitoring.people.models import Patient
        from monitoring.regimens.models import DosePeriod, Prescription, RegimenCheck, RegimenIngredient

        patient = template.patient
        _copy(Patient, patient.pk, {"id": "p.id", "identifier": "'B' || p.number"}, "person p")
        _copy(RegimenCheck, patient.pk, {"patient_id": "p.id"}, "person p")
        whose = "drawn d JOIN person p USING (number)"
        told = {"entered": "d.ingredient", "label": "d.ingredient", "ingredients": "jsonb_build_array(d.ingredient)"}
        _copy(Prescription, template.pk, {"id": "gen_random_uuid()", "patient_id": "p.id", **told}, whose)
        period = template.dose_periods.get()
        taken = {"id": "gen_random_uuid()", "prescription_id": "rx.id"}
        _copy(DosePeriod, period.pk, taken, f"monitoring_prescription rx WHERE rx.id <> '{template.pk}'")
        held = RegimenIngredient.objects.get(patient=patient)
        _copy(RegimenIngredient, held.pk, {"patient_id": "p.id", "ingredient": "d.ingredient"}, whose)


def _copy(model: Any, pk: Any, instead: dict[str, str], source: str) -> None:
    """The row once for each row of `source`, with other values in some columns; a number as key is given anew."""
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
    values = ", ".join(instead.get(column, f"t.{column}") for column in columns)
    joined, _, where = source.partition(" WHERE ")
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, {joined} "  # noqa: S608
            f"WHERE t.{key} = %s {'AND ' + where if where else ''}",
            [pk],
        )
