"""Check-ins and reports, as the API reads and shows them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from rest_framework import serializers

from monitoring.checkins.models import ON_THE_PHONE, AnsweredBy, CheckInState, ReportChannel, SymptomReport
from monitoring.checkins.queries import clinic_looks_by
from monitoring.checkins.rules import Level
from monitoring.rest.fields import Instant, PageQuery, Raw, Shown, Strict, Words
from monitoring.rest.keys import key_within

UNJUDGED = "unjudged"
LEVELS = [*(level.word for level in Level), UNJUDGED]


class CheckInQuery(PageQuery):
    state = serializers.ChoiceField(choices=CheckInState.choices, default="")


class ReportIn(Strict):
    """What the patient answered. A question left out is not answered: unknown, never normal."""

    answers = serializers.DictField(child=Raw(allow_null=True), help_text="Answer by question.")
    vitals = serializers.DictField(
        child=Raw(allow_null=True), default=dict, help_text="Measurement by name: rr, spo2, pulse, temp_c, bp …"
    )
    note = Words(max_length=1000, default="", allow_blank=True)
    taken_at = Instant(default=None, allow_null=True, help_text="Staff: when it was taken by phone; now by default.")
    answered_by = serializers.ChoiceField(
        choices=ON_THE_PHONE, default=AnsweredBy.PATIENT.value, help_text="Staff: who answered."
    )


class ReportOut(Shown):
    """A report as the patient may read it, too: its level, not the thresholds behind it."""

    id = serializers.UUIDField()
    check_in = serializers.UUIDField(source="check_in_id")
    submitted_at = Instant()
    submitted_by = serializers.CharField(source="submitted_by.name")
    channel = serializers.ChoiceField(choices=ReportChannel.choices)
    answered_by = serializers.ChoiceField(choices=AnsweredBy.choices)
    entered_at = Instant(allow_null=True, help_text="When staff typed in what they took by phone.")
    late_for = serializers.UUIDField(
        source="late_for_id", allow_null=True, help_text="The occasion it was meant for, whose window had passed."
    )
    answers = serializers.DictField()
    vitals = serializers.DictField()
    note = serializers.CharField()
    level = serializers.SerializerMethodField()

    def get_level(self, report: SymptomReport) -> str:
        return UNJUDGED if report.level is None else Level(report.level).word


class JudgedReport(ReportOut):
    """A report for staff, with the reasons of its level and the thresholds that judged it."""

    reasons = serializers.ListField(child=serializers.CharField())
    threshold_version = serializers.CharField()


class ReceiptOut(ReportOut):
    """The receipt of a report: what the clinic means to do, and where help is."""

    clinic_looks_by = serializers.SerializerMethodField()
    help = serializers.SerializerMethodField()

    def get_clinic_looks_by(self, report: SymptomReport) -> str | None:
        by = clinic_looks_by(report, self.context["now"])
        return None if by is None else str(Instant().to_representation(by))

    def get_help(self, report: SymptomReport) -> str | None:
        """The page to open now; an emergency, and what could not be judged, name one."""
        pressing = report.level is None or report.level == Level.EMERGENCY
        return "/help/emergency/" if pressing else None


class CheckInOut(Shown):
    id = serializers.UUIDField()
    local_date = serializers.DateField()
    scheduled = serializers.SerializerMethodField()
    opens_at = Instant()
    closes_at = Instant()
    state = serializers.ChoiceField(choices=CheckInState.choices)
    asked_at = Instant(source="reminded_at", allow_null=True, help_text="When the patient was asked; null: not yet.")
    late_at = Instant(allow_null=True, help_text="From here on, asked and still due is late.")
    report = ReportOut(default=None, allow_null=True)

    def get_scheduled(self, check_in: Any) -> bool:
        return check_in.schedule_id is not None


class JudgedCheckIn(CheckInOut):
    report = JudgedReport(default=None, allow_null=True)


def submission_key(headers: Mapping[str, str], check_in_id: UUID) -> UUID:
    """The key of a submission, from its header: the same text for the same occasion is the same key.

    Without the header every sending has a key of its own. A header that is empty, too long or not plain text is
    a 422.
    """
    return key_within(headers, check_in_id) or uuid4()
