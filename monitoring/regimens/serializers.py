"""Prescriptions and flags, as the API reads and shows them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from interactions.checking import read_entry
from interactions.medicines import Dose
from interactions.medicines.dose import TIME_WORDS, UNITS
from monitoring.regimens.models import FlagStatus, OverrideReason, PrescriptionState
from monitoring.regimens.queries import FlagCard, Line
from monitoring.regimens.queries.answers import STANDINGS
from monitoring.regimens.queries.doses import ROUTE_WORDS
from monitoring.regimens.rules import NOTE_MIN_LENGTH, flag_mark, reasons_for
from monitoring.rest.fields import Amount, Day, Instant, Shown, Strict, Words, Yes

MOST_DOSES_A_DAY = 24
_NOT_READ = "No dose can be read from `entered`. Give it here; null says that it is not known."


class DoseIn(Strict):
    """One amount for each dose, over `interval_days` days."""

    amounts = serializers.ListField(child=Amount(), min_length=1, max_length=MOST_DOSES_A_DAY)
    unit = serializers.ChoiceField(choices=sorted(UNITS))
    interval_days = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(1), max_value=Decimal(366), default=Decimal(1),
        help_text="Days over which the amounts are taken: 7 is weekly.",
    )  # fmt: skip
    frequency_known = Yes(default=True, help_text="false: one amount is known, not how often it is taken.")
    as_needed = Yes(default=False, help_text="The most that may be taken, only when needed.")
    times = serializers.ListField(
        child=serializers.ChoiceField(choices=list(TIME_WORDS)), default=list, max_length=MOST_DOSES_A_DAY
    )

    def to_internal_value(self, data: Any) -> Dose:
        given = super().to_internal_value(data)
        try:
            return Dose(**given | {"amounts": tuple(given["amounts"]), "times": tuple(given["times"])})
        except ValueError as error:
            raise serializers.ValidationError({"amounts": [f"This is no dose: {error}."]}) from None


class PrescriptionIn(Strict):
    """A medicine to add. `entered` is what a person types; a dose written there counts when `dose` is left out."""

    entered = Words(max_length=300)
    route = serializers.ChoiceField(choices=list(ROUTE_WORDS.items()), required=False)
    dose = DoseIn(required=False, allow_null=True)
    sig = Words(max_length=300, default="", allow_blank=True)
    starts_on = Day()
    ends_on = Day(default=None, allow_null=True)
    confirmed_ingredients = serializers.ListField(
        child=Words(max_length=80), default=list, max_length=20,
        help_text="What a misspelt name was read as, sent back to confirm it.",
    )  # fmt: skip
    manual_check_reason = Words(
        max_length=300, min_length=NOTE_MIN_LENGTH, default="", allow_blank=True,
        help_text="How somebody checked by hand what the system could not check.",
    )  # fmt: skip


def prescribed(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `prescribe`: route and dose from the words typed, where they stand there alone."""
    read = read_entry(given["entered"])
    if "dose" not in given:
        if read.dose is None:
            raise serializers.ValidationError({"dose": [_NOT_READ]})
        given["dose"] = read.dose
        given["sig"] = given["sig"] or given["entered"]
    if "route" not in given:
        given["route"] = read.route.value
    return given


class DoseOut(Shown):
    text = serializers.CharField(source="describe")
    amounts = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField()
    interval_days = serializers.CharField()
    frequency_known = serializers.BooleanField()
    as_needed = serializers.BooleanField()
    times = serializers.ListField(child=serializers.CharField())
    daily = serializers.SerializerMethodField()

    def get_daily(self, dose: Dose) -> str | None:
        return None if dose.daily is None else f"{dose.daily.quantize(Decimal('0.001')).normalize():f}"


class OwnPrescription(Shown):
    """A medicine as the patient who takes it may read it."""

    id = serializers.UUIDField(source="line.prescription.id")
    medicine = serializers.CharField(source="line.prescription.label")
    route = serializers.CharField(source="line.prescription.route")
    state = serializers.ChoiceField(choices=PrescriptionState.choices, source="line.prescription.state")
    standing = serializers.CharField(help_text="active, awaiting, residual, planned or stopped")
    starts_on = serializers.DateField(source="line.prescription.starts_on", allow_null=True)
    ends_on = serializers.DateField(source="line.prescription.ends_on", allow_null=True)
    dose = DoseOut(source="line.dose", allow_null=True)


class PrescriptionOut(OwnPrescription):
    entered = serializers.CharField(source="line.prescription.entered")
    ingredients = serializers.ListField(child=serializers.CharField(), source="line.prescription.ingredients")
    match = serializers.CharField(source="line.prescription.match")
    not_understood = serializers.ListField(child=serializers.CharField(), source="line.prescription.not_understood")
    counts_until = serializers.DateField(source="line.until", allow_null=True)
    next_dose_from = serializers.DateField(source="line.next_period.starts_on", default=None, allow_null=True)
    waits_for = serializers.SerializerMethodField()
    manual_check_reason = serializers.CharField(source="line.prescription.manual_check_reason")
    prescribed_at = Instant(source="line.prescription.prescribed_at")
    prescribed_by = serializers.CharField(source="line.prescription.prescribed_by.name", default=None, allow_null=True)
    stop_reason = serializers.CharField(source="line.prescription.stop_reason")
    version = serializers.IntegerField(source="line.prescription.version")

    def get_waits_for(self, placed: "Placed") -> list[str]:
        return [str(flag.pk) for flag in placed.line.waits_for]


@dataclass(frozen=True, slots=True)
class Placed:
    """A prescription with its place in the regimen."""

    line: Line
    standing: str


class PromiseOut(Shown):
    """The check-ins promised with an answer: how many were asked for and answered so far."""

    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    kept = serializers.BooleanField()


class AnswerOut(Shown):
    """The latest answer. It counts only while `standing` is “stands”."""

    id = serializers.UUIDField(source="override.id")
    reason = serializers.ChoiceField(choices=OverrideReason.choices, source="override.reason")
    note = serializers.CharField(source="override.note")
    severity = serializers.CharField(source="override.severity")
    at = Instant(source="override.at")
    by = serializers.CharField(source="override.by.name")
    expires_on = serializers.DateField(source="override.expires_on")
    standing = serializers.ChoiceField(choices=STANDINGS)
    promise = PromiseOut(allow_null=True)


class FlagOut(Shown):
    """A finding kept on a patient, as it was when it was last checked, with its latest answer."""

    id = serializers.UUIDField(source="flag.id")
    code = serializers.CharField(source="flag.code")
    severity = serializers.CharField(source="flag.severity")
    state = serializers.CharField(source="flag.state")
    participants = serializers.ListField(child=serializers.CharField(), source="flag.participants")
    status = serializers.ChoiceField(choices=FlagStatus.choices, source="flag.status")
    blocking = serializers.BooleanField(source="flag.blocking")
    needs_answer = serializers.BooleanField()
    reopened_because = serializers.CharField(source="flag.reopened_because")
    finding = serializers.DictField(source="flag.finding", help_text="The finding as a screening gives it.")
    release = serializers.CharField(source="flag.release")
    raised_at = Instant(source="flag.raised_at")
    checked_at = Instant(source="flag.checked_at")
    mark = serializers.SerializerMethodField(help_text="Send it as `seen` with the answer.")
    reasons = serializers.SerializerMethodField()
    answer = AnswerOut(source="given", allow_null=True)
    answer_expired = serializers.BooleanField(source="expired")

    def get_mark(self, card: FlagCard) -> str:
        return flag_mark(card.flag.finding, card.flag.status)

    def get_reasons(self, card: FlagCard) -> list[str]:
        return list(reasons_for(card.flag.code))


class NewPrescription(PrescriptionOut):
    """A prescription just added, with the flags it takes part in."""

    flags = serializers.ListField(child=FlagOut())


@dataclass(frozen=True, slots=True)
class Made(Placed):
    flags: tuple[FlagCard, ...]


class CheckOut(Shown):
    """The last check behind the flags. What could not be checked is said, never left out."""

    checked_at = Instant()
    release = serializers.CharField()
    overall = serializers.CharField()
    failed = serializers.BooleanField()
    unresolved = serializers.ListField(child=serializers.DictField())
    not_checked = serializers.ListField(child=serializers.CharField())


class FlagPage(Shown):
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = FlagOut(many=True)
    check = CheckOut(allow_null=True)


class AcknowledgeIn(Strict):
    reason = serializers.ChoiceField(choices=OverrideReason.choices)
    note = Words(max_length=2000, help_text=f"For the next clinician, at least {NOTE_MIN_LENGTH} characters.")
    seen = Words(max_length=40, default=None, help_text="The `mark` of the flag as it was read; a stale one is a 409.")
