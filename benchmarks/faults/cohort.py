"""Patients who each have one check-in to send and a clinician of their own, so that a mailbox names its story."""

import random
import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.check_in import ANSWERS
from benchmarks.faults.gateway import NUMBER
from benchmarks.faults.history import Log, Story

PASSWORD: Final = "only-for-proofs-1"  # noqa: S105 - of made-up people in a database that is thrown away
# Answers that stand on a level of their own whatever else is known of the patient.
BY_LEVEL: Final[dict[str, dict[str, object]]] = {
    "none": ANSWERS,
    "warning": {**ANSWERS, "q3_standing": 2},
    "urgent": {**ANSWERS, "q1_sleepiness": 3},
    "emergency": {**ANSWERS, "q2_breathing": 2},
}
MIX: Final = {"none": 40, "warning": 25, "urgent": 20, "emergency": 15}
HABITS: Final = {"plain": 50, "drop": 25, "twice": 15, "at_once": 10}
SEEN: Final = [1, 2, 3, 4, 5, 6, 7]


def enrol(
    count: int,
    chance: random.Random,
    *,
    first: int = 0,
    mix: dict[str, int] = MIX,
    habits: dict[str, int] = HABITS,
    pages: float = 0.1,
    texts: float = 0.0,
) -> list[Story]:
    """Write `count` patients with an open check-in each, and the stories that will be told of them.

    `pages` is the share that goes through the pages with a sign-in, the others use the API with a token; `texts`
    the share whose clinician wants text messages first.
    """
    from django.db import transaction
    from django.utils import timezone

    from monitoring.people.models import User

    now = timezone.now()
    drawn = _draw(count, chance, mix, habits, pages)
    with transaction.atomic():
        people = patients(count, now, first=first)
        duty = User.objects.in_bulk([f"duty{first + n}@clinic.example" for n in range(count)], field_name="email")
        tokens, duty_tokens = _tokens([person.user for person in people]), _tokens(list(duty.values()))
        by_mailbox = dict(zip(duty, duty_tokens, strict=True))
        texted = [number for number in range(first, first + count) if chance.random() < texts]
        _want_texts([(number, duty[f"duty{number}@clinic.example"]) for number in texted], now)
        occasions = _open_check_ins(people, [(level, way) for level, _, way in drawn], now)
    return [
        Story(
            number=number, level=level, check_in=str(occasion.pk), key=str(uuid.UUID(int=chance.getrandbits(128))),
            patient=str(person.pk), recipient=f"duty{number}@clinic.example", login=person.user.email, token=token,
            duty_token=by_mailbox[f"duty{number}@clinic.example"], way=way, habit=habit,
        )
        for number, ((level, habit, way), person, token, occasion) in enumerate(
            zip(drawn, people, tokens, occasions, strict=True), first
        )
    ]  # fmt: skip


def _draw(
    count: int, chance: random.Random, mix: dict[str, int], habits: dict[str, int], pages: float
) -> list[tuple[str, str, str]]:
    """Level, habit and way of each."""
    return [
        (
            chance.choices(list(mix), list(mix.values()))[0],
            chance.choices(list(habits), list(habits.values()))[0],
            "page" if chance.random() < pages else "api",
        )
        for _ in range(count)
    ]


def patients(count: int, now: datetime, *, first: int = 0, zone: str = "Europe/London") -> list[Any]:
    """Fit people who can sign in, each cared for by one clinician who cares for nobody else."""
    from django.contrib.auth.hashers import make_password

    from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User

    numbers = range(first, first + count)
    # A practice each: what nobody takes is passed on to all of a clinic, and a mailbox must stay with its story.
    clinics = Clinic.objects.bulk_create([Clinic(name=f"Proof {n}", time_zone=zone, phone="1") for n in numbers])
    secret = make_password(PASSWORD)  # one for all: each of their own would take minutes

    def users(role: Role, address: str) -> list[User]:
        return User.objects.bulk_create(
            [
                User(email=address.format(n), name=f"{role} {n}", role=role, clinic=clinic, joined_at=now,
                     password=secret)
                for n, clinic in zip(numbers, clinics, strict=True)
            ]
        )  # fmt: skip

    duty, home = users(Role.CLINICIAN, "duty{}@clinic.example"), users(Role.PATIENT, "patient{}@home.example")
    made = Patient.objects.bulk_create(
        [
            Patient(clinic=user.clinic, user=user, identifier=f"P-{n:05}", family_name=f"Family{n}",
                    given_names="Given", birth_date=date(1980, 1, 1), time_zone=zone, egfr=95,
                    egfr_on=now.date(), conditions=[], registered_at=now)
            for n, user in zip(numbers, home, strict=True)
        ]
    )  # fmt: skip
    CareTeamMembership.objects.bulk_create(
        [CareTeamMembership(patient=p, clinician=c, joined_at=now) for p, c in zip(made, duty, strict=True)]
    )
    return made


def _tokens(users: Sequence[Any]) -> list[str]:
    """What the token door gives; asked of it one by one, the hashing alone would take minutes."""
    from rest_framework.authtoken.models import Token

    from monitoring.people.queries import PART_MARK, token_digest

    texts = [PART_MARK.join([user.pk.hex, secrets.token_urlsafe(32)]) for user in users]
    Token.objects.bulk_create(
        [Token(user=user, key=token_digest(text, user)) for user, text in zip(users, texts, strict=True)]
    )
    return texts


def _want_texts(people: Sequence[tuple[int, Any]], now: datetime) -> None:
    """A confirmed number each, before the mailbox."""
    from monitoring.notifications.models import Channel, ContactPoint, ContactPreference

    ContactPoint.objects.bulk_create(
        [
            ContactPoint(user=user, channel=Channel.SMS, address=NUMBER.format(n), created_at=now, confirmed_at=now)
            for n, user in people
        ]
    )
    order = [Channel.SMS.value, Channel.EMAIL.value]
    ContactPreference.objects.bulk_create([ContactPreference(user=user, order=order, set_at=now) for _, user in people])


def tokens_of(people: Sequence[Any]) -> dict[str, str]:
    """The token of each patient, by the patient's id."""
    return dict(zip((str(person.pk) for person in people), _tokens([person.user for person in people]), strict=True))


def _open_check_ins(people: Sequence[Any], drawn: Sequence[tuple[str, str]], now: datetime) -> list[Any]:
    """An open check-in each; the form of those who use the pages is filled in and waits to be sent."""
    from monitoring.checkins.models import CheckIn

    return CheckIn.objects.bulk_create(
        [
            CheckIn(
                patient=person, local_date=person.local_date(now), opens_at=now - timedelta(hours=1),
                closes_at=now + timedelta(hours=8), reminded_at=now,
                draft={"answers": BY_LEVEL[level], "seen": SEEN} if way == "page" else {},
            )
            for person, (level, way) in zip(people, drawn, strict=True)
        ]
    )  # fmt: skip


def write_down(stories: Sequence[Story], folder: Path) -> None:
    """Keep the stories beside the histories, so that the judge can be asked again later."""
    log = Log(folder / "stories.jsonl")
    for story in stories:
        log.add(story)
    log.close()


def as_kept() -> dict[str, object]:
    """What the tables hold, beside the histories: a cross-check, not the judge."""
    from django.db.models import Count

    from monitoring.alerts.models import Alert
    from monitoring.audit.verification import verify
    from monitoring.checkins.models import SymptomReport
    from monitoring.notifications.models import Notification

    doubled = Alert.objects.values("source_id").annotate(n=Count("id")).filter(n__gt=1)
    outbox = Notification.objects.values_list("channel", "state").annotate(n=Count("id")).order_by("channel", "state")
    return {
        "reports": SymptomReport.objects.count(),
        "alerts": Alert.objects.count(),
        "reports with two alerts": doubled.count(),
        "outbox": {f"{channel} {state}": n for channel, state, n in outbox},
        "audit log intact": verify().intact,
    }


def plain(story: Story) -> dict[str, object]:
    """The body a client sends for a story."""
    return {"answers": BY_LEVEL[story.level]}
