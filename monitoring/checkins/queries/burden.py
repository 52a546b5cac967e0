"""What the check-ins of one patient ask of them, by what theirs took so far."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db.models import Min

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import SymptomReport
from monitoring.checkins.rules import Occasion
from monitoring.checkins.rules.burden import Burden, burden
from monitoring.checkins.rules.questions import PAGES
from monitoring.people.models import Patient

LOOKED_AT: Final = 20
WEEK: Final = timedelta(days=7)


def burden_of(patient: Patient, occasions: Iterable[Occasion], today: date) -> Burden:
    """What these occasions ask of the patient in the week from `today` on; two queries."""
    a_week = sum(1 for each in occasions if today <= each.day < today + WEEK)
    return burden(times_taken(patient), questions=len(PAGES), a_week=a_week)


def times_taken(patient: Patient) -> list[timedelta]:
    """From the start to the sending of each of the patient's last 20 check-ins, where both are known.

    The log tells when one was begun. Those by phone, by a link and those a phone had kept are left out.
    """
    reports = SymptomReport.objects.filter(patient=patient, entered_at__isnull=True).order_by("-submitted_at")
    sent = dict(reports.values_list("check_in", "submitted_at")[:LOOKED_AT])
    begun = AuditEvent.objects.filter(
        patient_id=patient.pk, action="check_in.start", object_id__in=[str(pk) for pk in sent]
    )
    first = dict(begun.values_list("object_id").annotate(Min("at")).order_by())
    return [sent_at - first[str(pk)] for pk, sent_at in sent.items() if str(pk) in first]
