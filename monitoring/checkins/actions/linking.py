"""Links by which one check-in is answered without a sign-in: issued, opened, written through, used and refused."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from monitoring.audit.models import Outcome
from monitoring.audit.record import Line, record, record_many
from monitoring.checkins.actions.submitting import LINK_HOLDER, submit_check_in
from monitoring.checkins.actions.unsent import judge_kept_late
from monitoring.checkins.models import CheckIn, CheckInLink, LinkRequest, SymptomReport
from monitoring.checkins.queries import (
    account_to_send_to,
    check_in_waiting_for,
    link_answers,
    link_pages_seen,
    link_standing,
)
from monitoring.checkins.rules import (
    ANSWERED_WITHIN,
    NEW_IN_AN_HOUR,
    LinkStanding,
    expiry_of,
    is_in_hand,
    read_answers,
    readable,
)
from monitoring.fields import new_token, token_digest
from monitoring.notifications.actions import Message, queue_messages, withdraw_many
from monitoring.notifications.models import Template
from monitoring.people.models import Patient, User

REPLACED: Final = "a newer message brings a newer link"
TAKEN_BACK: Final = "the phone it went to is lost"


class LinkEndedError(Exception):
    """The link opens its form no more; nothing was kept. `standing` says why."""

    def __init__(self, standing: LinkStanding) -> None:
        self.standing = standing
        super().__init__(f"This link opens nothing: {standing}.")


@transaction.atomic
def issue_links(
    *, check_ins: Collection[CheckIn], now: datetime, job: str, even_in_hand: bool = False
) -> dict[UUID, str]:
    """A new link to each of these open check-ins, in place of any earlier one; its path, by check-in.

    The paths are told here and never again: only digests are kept. A link that somebody may be using just now stays,
    and its check-in gets no new one, unless `even_in_hand`: then what was answered by the old one goes on under the
    new one. Messages that still wait with an old link are taken back. Part of an action that holds the patients' locks.
    """
    unspent = {link.check_in_id: link for link in CheckInLink.objects.unspent().filter(check_in__in=check_ins)}
    if not even_in_hand:
        unspent_in_hand = {pk for pk, link in unspent.items() if _in_hand(link, now)}
        check_ins = [check_in for check_in in check_ins if check_in.pk not in unspent_in_hand]
    old = {check_in.pk: unspent[check_in.pk] for check_in in check_ins if check_in.pk in unspent}
    if old:
        CheckInLink.objects.filter(pk__in=[link.pk for link in old.values()]).update(revoked_at=now)
        withdraw_many(ref_type="check_in", ref_ids=old, now=now, reason=REPLACED)
    tokens = {check_in.pk: new_token() for check_in in check_ins}
    links = CheckInLink.objects.bulk_create(_link(each, tokens[each.pk], old.get(each.pk), now) for each in check_ins)
    lines = (Line(link.patient_id, "check_in_link", link.pk, {"check_in": link.check_in_id}) for link in links)
    record_many(action="check_in_link.issue", now=now, job=job, lines=lines)
    return {pk: f"/k/{token}/" for pk, token in tokens.items()}


def _in_hand(link: CheckInLink, now: datetime) -> bool:
    return is_in_hand(opened_at=link.opened_at, begun=bool(link.draft), now=now)


def _link(check_in: CheckIn, token: str, before: CheckInLink | None, now: datetime) -> CheckInLink:
    return CheckInLink(
        patient_id=check_in.patient_id,
        check_in=check_in,
        token_hash=token_digest(token),
        issued_at=now,
        expires_at=expiry_of(check_in.closes_at, now),
        draft=before.draft if before else {},
    )


@transaction.atomic
def ask_for_new_link(*, email: str, now: datetime) -> None:
    """Note that somebody asks for a new link to the open check-in of whoever signs in with `email`.

    The same is done for every address: one look-up, one row, one line in the log. The next sweep answers, so that
    whoever asks learns nothing, not even from a clock. The address is not kept.
    """
    LinkRequest.objects.create(user_id=account_to_send_to(email), asked_at=now)
    _note("check_in_link.ask", None, now)


@transaction.atomic
def answer_link_request(*, request_id: UUID, now: datetime, job: str) -> bool:
    """Send the new link that was asked for, where a check-in waits; at most three in an hour. Whether one was sent.

    It goes by the ways that person chose. A request that lay for an hour is forgotten: a link that nobody waits for
    any more would end the one that came meanwhile.
    """
    asked = LinkRequest.objects.filter(pk=request_id).first()
    if asked is None or LinkRequest.objects.filter(pk=request_id).delete()[0] != 1:
        return False
    check_in = check_in_waiting_for(asked.user_id, now) if asked.asked_at > now - ANSWERED_WITHIN else None
    patient = None if check_in is None else Patient.objects.select_for_update().get(pk=check_in.patient_id)
    issued = CheckInLink.objects.filter(check_in=check_in, issued_at__gt=now - timedelta(hours=1)).count()
    if check_in is None or patient is None or patient.user is None or issued >= NEW_IN_AN_HOUR:
        why = "asked too often" if check_in else "nobody to send one to"
        _note("check_in_link.ask", None, now, outcome=Outcome.DENIED, reason=why)
        return False
    path = issue_links(check_ins=[check_in], now=now, job=job, even_in_hand=True)[check_in.pk]
    key = f"{Template.CHECK_IN_LINK} {token_digest(path)}"
    message = Message(
        (patient.user,), Template.CHECK_IN_LINK, key, "check_in", check_in.pk, expires_at=check_in.closes_at, link=path
    )
    queue_messages(messages=[message], now=now)
    return True


@transaction.atomic
def revoke_links(*, patient: Patient, by: User, now: datetime) -> int:
    """End every link by which a check-in of this patient could be answered; the count of them.

    Messages that wait with one are taken back. What was answered by them is judged when the window closes. The
    check-ins still wait for whoever signs in.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    unspent = list(CheckInLink.objects.usable(now).filter(patient=patient))
    CheckInLink.objects.filter(pk__in=[link.pk for link in unspent]).update(revoked_at=now)
    refs = [link.check_in_id for link in unspent]
    withdraw_many(ref_type="check_in", ref_ids=refs, now=now, reason=TAKEN_BACK)
    for link in unspent:
        record(
            action="check_in_link.revoke", now=now, by=by, patient_id=patient.pk, object_type="check_in_link",
            object_id=link.pk,
        )  # fmt: skip
    return len(unspent)


@transaction.atomic
def note_link_opened(*, link: CheckInLink, now: datetime) -> None:
    """Somebody has the form of this link before them. It is as good as before: looking uses nothing up."""
    CheckInLink.objects.filter(pk=link.pk).update(opened_at=now)
    _note("check_in_link.open", link, now)


@transaction.atomic
def note_link_refused(*, link: CheckInLink | None, standing: LinkStanding | None, now: datetime) -> None:
    """Somebody came by a link that opens nothing; `link` is None for one that never was."""
    _note("check_in_link.refuse", link, now, outcome=Outcome.DENIED, reason=str(standing or "unknown"))


@transaction.atomic
def save_link_page(
    *, link: CheckInLink, page: int | None, questions: Sequence[str], answers: Mapping[str, object], now: datetime
) -> CheckInLink:
    """Keep the answers to these questions in the link's own draft; those of them that are left out are unanswered.

    `page` is None while a part of it is still open. Faulty answers raise InputError; LinkEndedError when the link has
    ended meanwhile.
    """
    link = _still_open(link, now)
    kept = {key: value for key, value in link_answers(link).items() if key not in questions}
    given = {key: value for key, value in answers.items() if key in questions}
    seen = {*link_pages_seen(link), *([] if page is None else [page])}
    return _keep(link, {"answers": read_answers({**kept, **given}).as_dict(), "seen": sorted(seen)}, now)


@transaction.atomic
def keep_readable_link_answers(*, link: CheckInLink, answers: object, now: datetime) -> CheckInLink:
    """Keep what can be read of faulty answers, so that a danger sign beside a slip is judged though nothing follows."""
    link = _still_open(link, now)
    given = readable(answers).as_dict()
    if not given:
        return link
    kept = readable({**link_answers(link), **given}).as_dict()
    return _keep(link, {"answers": kept, "seen": link_pages_seen(link)}, now)


@transaction.atomic
def submit_by_link(*, link: CheckInLink, answers: Mapping[str, object], now: datetime, note: str = "") -> SymptomReport:
    """Send the form of a link, once: sending again, whatever it holds, gives back the report that is there.

    Judged, raised and told as any check-in. LinkEndedError when the link ended meanwhile: nothing was kept.
    """
    patient = Patient.objects.select_for_update().get(pk=link.patient_id)
    link = CheckInLink.objects.select_related("check_in", "patient__user", "report").get(pk=link.pk)
    if link.report is not None:
        return link.report
    if (standing := link_standing(link, now)) is not LinkStanding.OPEN or patient.user is None:
        raise LinkEndedError(standing)
    report = submit_check_in(
        patient=patient, answers=answers, submission_key=link.pk, by=patient.user, now=now, check_in=link.check_in,
        note=note, by_link=True,
    )  # fmt: skip
    CheckInLink.objects.filter(pk=link.pk).update(used_at=now, report=report)
    _note("check_in_link.use", link, now)
    return report


def _still_open(link: CheckInLink, now: datetime) -> CheckInLink:
    Patient.objects.select_for_update().get(pk=link.patient_id)
    found: CheckInLink = CheckInLink.objects.select_related("check_in", "patient__user").get(pk=link.pk)
    if (standing := link_standing(found, now)) is not LinkStanding.OPEN:
        raise LinkEndedError(standing)
    return found


def _keep(link: CheckInLink, draft: dict[str, object], now: datetime) -> CheckInLink:
    before = link_answers(link)
    link.draft, link.opened_at = draft, now
    link.save(update_fields=["draft", "opened_at"])
    judge_kept_late(link.check_in, link.patient, before=before, after=link_answers(link), now=now, job=LINK_HOLDER)
    _note("check_in_link.draft", link, now)
    return link


def _note(action: str, link: CheckInLink | None, now: datetime, *, outcome: str = Outcome.OK, reason: str = "") -> None:
    record(
        action=action,
        now=now,
        anonymous=LINK_HOLDER,
        patient_id=link.patient_id if link else None,
        object_type="check_in_link",
        object_id=link.pk if link else "",
        outcome=outcome,
        reason=reason,
    )
