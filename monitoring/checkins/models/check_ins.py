"""Check-ins: when one is due, and what the patient answered."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.alerts.models import AlertLevel
from monitoring.checkins.rules import Cadence
from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class ScheduleSource(models.TextChoices):
    OVERRIDE = "override", pgettext_lazy("staff", "an acknowledged interaction")
    PLAN = "plan", pgettext_lazy("staff", "a titration plan")
    STOP = "stop", pgettext_lazy("staff", "a stopped medicine")
    CLINICIAN = "clinician", pgettext_lazy("staff", "a clinician")
    CHANGE = "change", pgettext_lazy("staff", "a medicine that was begun or changed")


class ScheduleQuerySet(PatientScopedQuerySet):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def to_plan(self, now: datetime) -> Self:
        return self.running().filter(plan_next_at__lte=now)


class CheckInSchedule(OpaqueIdModel):
    """Daily until `daily_until`, weekly until `weekly_until`, then every `later_weeks`; in the patient's days.

    Without `weekly_until` the weekly ones have no end; without `later_weeks` nothing follows them.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="check_in_schedules")
    source = models.CharField(max_length=12, choices=ScheduleSource)
    source_id = models.UUIDField(null=True, blank=True)
    starts_on = models.DateField()
    daily_until = models.DateField(help_text="the last day with a daily check-in")
    weekly_until = models.DateField(null=True, blank=True)
    later_weeks = models.PositiveSmallIntegerField(null=True, blank=True, help_text="weeks between the later ones")
    opens_at = models.TimeField(help_text="wall time in the patient's zone at which the form opens")
    window_hours = models.PositiveSmallIntegerField(default=12)
    plan_next_at = models.DateTimeField(help_text="when its next occasions must be planned")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[ScheduleQuerySet] = ScheduleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            together("ended_at", "ended_reason", name="schedule_ended_pair", text=("ended_reason",)),
            models.UniqueConstraint(
                fields=["patient", "source", "source_id"],
                condition=Q(ended_at__isnull=True),
                name="schedule_one_running_per_source",
            ),
        ]
        indexes = [models.Index(fields=["plan_next_at"], condition=Q(ended_at__isnull=True), name="schedule_to_plan")]

    def __str__(self) -> str:
        return f"check-ins from {self.starts_on}"

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.starts_on, self.daily_until, self.weekly_until, self.later_weeks)


class CheckInPreference(OpaqueIdModel):
    """When and how often this patient is asked, where it differs from the rule. A row per patient at most.

    `every_days` holds from `override_from` to `override_until` (no end when NULL); then the rule again. After
    `ends_on` nobody is asked. The times are wall times in the patient's zone.
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="check_in_preference")
    asks_at = models.TimeField(null=True, blank=True, help_text="when the form opens; NULL: as the schedule says")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    override_from = models.DateField(null=True, blank=True)
    override_until = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="the last day with a check-in")
    reason = models.CharField(max_length=300, blank=True, help_text="why it is asked more or less often, or no more")
    overridden_at = models.DateTimeField(null=True, blank=True)
    overridden_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[PatientScopedQuerySet] = PatientScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            together("quiet_from", "quiet_until", name="preference_quiet_pair"),
            together("every_days", "override_from", name="preference_cadence_pair"),
            together("overridden_at", "overridden_by", "reason", name="preference_override_by", text=("reason",)),
            models.CheckConstraint(
                condition=Q(overridden_at__isnull=False) | Q(every_days__isnull=True, ends_on__isnull=True),
                name="preference_override_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1), name="preference_every_some_days"
            ),
        ]

    def __str__(self) -> str:
        return f"check-in times of {self.patient_id}"


class CheckInState(models.TextChoices):
    DUE = "due", pgettext_lazy("staff", "due")
    SUBMITTED = "submitted", pgettext_lazy("staff", "sent")
    MISSED = "missed", pgettext_lazy("staff", "missed")
    MISSED_SYSTEM = "missed_system", pgettext_lazy("staff", "not asked (system was down)")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")


class CheckInQuerySet(PatientScopedQuerySet):
    def overdue(self, now: datetime) -> Self:
        return self.filter(state=CheckInState.DUE, closes_at__lte=now)

    def open_at(self, now: datetime) -> Self:
        return self.filter(state=CheckInState.DUE, opens_at__lte=now, closes_at__gt=now)

    def to_remind(self, now: datetime) -> Self:
        """Open, not asked yet, and not waiting for the end of the patient's quiet hours."""
        ready = Q(remind_at__isnull=True) | Q(remind_at__lte=now)
        return self.open_at(now).filter(ready, schedule__isnull=False, reminded_at__isnull=True)

    def turned_late(self, now: datetime) -> Self:
        """Asked, open, and unanswered past the point at which an answer is late; not noted yet."""
        return self.filter(
            state=CheckInState.DUE, reminded_at__isnull=False, late_noted_at__isnull=True,
            late_at__lte=now, closes_at__gt=now,
        )  # fmt: skip


class CheckIn(OpaqueIdModel):
    """One occasion to check in: at most one scheduled occasion per patient and local day."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="check_ins")
    schedule = models.ForeignKey(
        CheckInSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="check_ins"
    )
    local_date = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="after this it is missed")
    state = models.CharField(max_length=14, choices=CheckInState, default=CheckInState.DUE)
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="when a sweep opened it and asked; NULL: nobody has asked yet"
    )
    remind_at = models.DateTimeField(
        null=True, blank=True, help_text="not before this is anybody asked (quiet hours); NULL: when it opens"
    )
    late_at = models.DateTimeField(null=True, blank=True, help_text="asked and unanswered from here on is late")
    late_noted_at = models.DateTimeField(
        null=True, blank=True, help_text="when a sweep saw that it was late and reminded once more"
    )
    draft = models.JSONField(default=dict, blank=True, help_text="answers given so far, and the pages seen")

    objects: ClassVar[CheckInQuerySet] = CheckInQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-local_date", "-opens_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "local_date"],
                condition=Q(schedule__isnull=False),
                name="check_in_one_scheduled_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="due"), name="check_in_closing"),
            models.Index(
                fields=["opens_at"],
                condition=Q(state="due", reminded_at__isnull=True),
                name="check_in_opening",
            ),
            models.Index(
                fields=["late_at"],
                condition=Q(state="due", reminded_at__isnull=False, late_noted_at__isnull=True),
                name="check_in_turning_late",
            ),
            models.Index(fields=["patient", "-local_date"], name="check_in_history"),
        ]

    def __str__(self) -> str:
        return f"check-in of {self.local_date}"


class ReportChannel(models.TextChoices):
    APP = "app", pgettext_lazy("staff", "in the app")
    PHONE = "phone", pgettext_lazy("staff", "by phone")
    KEPT = "kept", pgettext_lazy("staff", "in the app, without a network")
    LINK = "link", pgettext_lazy("staff", "by the link in a message")


class AnsweredBy(models.TextChoices):
    PATIENT = "patient", pgettext_lazy("staff", "the patient")
    CARER = "carer", pgettext_lazy("staff", "a carer")
    LINK = "link", pgettext_lazy("staff", "whoever had the link")


# Whom staff can have asked by phone.
ON_THE_PHONE = [(each.value, each.label) for each in (AnsweredBy.PATIENT, AnsweredBy.CARER)]


class ReportQuerySet(PatientScopedQuerySet):
    def of_days(self, first: date, before: date) -> Self:
        """Reports of occasions from `first` up to, not including, `before`; oldest first."""
        days = self.filter(check_in__local_date__gte=first, check_in__local_date__lt=before)
        return days.order_by("check_in__local_date", "submitted_at", "id")


class SymptomReport(OpaqueIdModel):
    """The answers of one check-in and the verdict on them. `level` NULL means it could not be judged.

    `submitted_at` is when the answers were given, by our clock. What reached us later did so at `entered_at`: typed in
    by staff after a call, or sent by the phone that had kept it, whose own clock said `phone_said`.
    """

    check_in = models.OneToOneField(CheckIn, on_delete=models.PROTECT, related_name="report")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="symptom_reports")
    submission_key = models.UUIDField()
    answers = models.JSONField()
    vitals = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True, max_length=1000)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(
        max_length=10, choices=ReportChannel, default=ReportChannel.APP, db_default=ReportChannel.APP
    )
    answered_by = models.CharField(
        max_length=10, choices=AnsweredBy, default=AnsweredBy.PATIENT, db_default=AnsweredBy.PATIENT
    )
    entered_at = models.DateTimeField(null=True, blank=True)
    phone_said = models.DateTimeField(null=True, blank=True, help_text="by the clock of the phone, which may be wrong")
    late_for = models.ForeignKey(
        CheckIn, on_delete=models.PROTECT, null=True, blank=True, related_name="late_reports",
        help_text="the occasion it was meant for, whose window had passed",
    )  # fmt: skip
    level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 none … 4 emergency")
    reasons = models.JSONField(default=list)
    threshold_version = models.CharField(max_length=20, blank=True)
    judged_with = models.JSONField(
        null=True, blank=True, help_text="what was known of the patient when it was judged; NULL: not kept at the time"
    )

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-submitted_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "submission_key"], name="report_submission_once"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=AlertLevel.EMERGENCY),
                name="report_level_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[ReportChannel.PHONE, ReportChannel.KEPT], entered_at__isnull=False)
                | (~Q(channel__in=[ReportChannel.PHONE, ReportChannel.KEPT]) & Q(entered_at__isnull=True)),
                name="report_entered_by_phone",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-submitted_at"], name="report_history")]

    def __str__(self) -> str:
        return f"report of {self.submitted_at:%Y-%m-%d %H:%M}"
