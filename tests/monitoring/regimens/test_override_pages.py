"""The next reader sees an answer with all it rests on; its author, and nobody else, may take it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenConflict, RegimenError, acknowledge_flag, withdraw_answer
from monitoring.regimens.models import InteractionFlag, Override, Prescription, Question, RegimenCheck
from monitoring.regimens.queries import standing_answer
from tests.monitoring.regimens.conftest import NOTE, Prescribe, flag_of, mg
from tests.monitoring.regimens.walking import hidden

pytestmark = pytest.mark.django_db
Answered = Callable[..., Prescription]


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Any:
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def given(baclofen: Prescription, give: Prescribe, patient: Patient, clinician: User, now: datetime) -> Override:
    """Alice answers the pair: she will monitor."""
    give("amitriptyline", mg(25))
    return acknowledge_flag(flag=flag_of(patient, "PAIR_CNS"), reason="will_monitor", note=NOTE, by=clinician, now=now)


def page_of(override: Override, user: User) -> str:
    return " ".join(signed_in(user).get(f"/overrides/{override.pk}/").content.decode().replace("\u00a0", " ").split())


class TestPage:
    def test_it_tells_reason_note_author_and_what_was_weighed(self, given: Override, colleague: User) -> None:
        page = page_of(given, colleague)
        for words in (
            "Benefit outweighs risk; I will monitor", NOTE, "Dr Alice Okafor", "Stands until",
            "at most 30 mg a day, by mouth", "52 (covers 30 to 59)", "the first one is not over yet",
        ):  # fmt: skip
            assert words in page, words
        assert "Withdraw my answer" not in page

    @pytest.mark.parametrize(
        ("states", "words"),
        [
            (["submitted"] * 9 + ["missed"], "9 of 10 check-ins answered, the last one was not"),
            (["submitted", "missed", "missed_system"], "1 of 3 check-ins answered, "),
            (["submitted", "due"], "1 of 1 check-ins answered."),
        ],
    )
    def test_it_says_whether_the_promise_is_kept(
        self, given: Override, patient: Patient, colleague: User, now: datetime, states: list[str], words: str
    ) -> None:
        CheckIn.objects.filter(patient=patient).delete()
        for offset, state in enumerate(states):
            day = now + timedelta(days=offset)
            CheckIn.objects.create(
                patient=patient, schedule=given.promised, local_date=day.date(), opens_at=day,
                closes_at=day + timedelta(hours=9), state=state,
            )  # fmt: skip
        with time_machine.travel(now + timedelta(days=12), tick=False):
            assert words in page_of(given, colleague)

    def test_it_lists_every_answer_to_the_hazard(
        self, given: Override, patient: Patient, colleague: User, now: datetime
    ) -> None:
        acknowledge_flag(
            flag=given.flag, reason="tolerated", note="Has had both since 2019.", by=colleague,
            now=now + timedelta(minutes=1),
        )  # fmt: skip
        page = page_of(given, colleague)
        assert "Replaced by a later answer." in page
        assert "Has had both since 2019." in page

    def test_one_of_which_nothing_was_kept_says_so(self, given: Override, colleague: User) -> None:
        Override.objects.update(facts={})
        assert "was not kept" in page_of(given, colleague)

    def test_somebody_elses_patient_is_not_there(self, given: Override, stranger: User) -> None:
        assert signed_in(stranger).get(f"/overrides/{given.pk}/").status_code == 404

    def test_the_overview_and_the_medicines_show_it_too(
        self, given: Override, patient: Patient, clinician: User
    ) -> None:
        for path in (f"/patients/{patient.pk}/", f"/patients/{patient.pk}/medications/"):
            page = signed_in(clinician).get(path).content.decode()
            assert NOTE in page
            assert "Promised: check-ins" in page


class TestWithdraw:
    def test_its_author_withdraws_it_and_the_interaction_asks_again(
        self, given: Override, patient: Patient, clinician: User
    ) -> None:
        client = signed_in(clinician)
        page = client.get(f"/overrides/{given.pk}/").content.decode()
        assert "Withdraw my answer" in page
        response = client.post(f"/overrides/{given.pk}/", hidden(page) | {"reason": "promise", "note": "Leaving."})
        assert response["Location"] == f"/patients/{patient.pk}/flags/{given.flag_id}/"
        flag = InteractionFlag.objects.get(pk=given.flag_id)
        assert (flag.status, standing_answer(flag.overrides.all())) == ("open", None)
        assert "withdrew the answer" in client.get(f"/patients/{patient.pk}/medications/").content.decode()
        assert Question.objects.get(flag=flag, outcome="").causes == ["withdrawn"]
        event = AuditEvent.objects.get(action="flag.withdraw_answer")
        assert (event.reason, "Leaving" in str(event.detail)) == ("promise", False)

    def test_without_a_reason_nothing_happens(self, given: Override, clinician: User) -> None:
        response = signed_in(clinician).post(f"/overrides/{given.pk}/", {"note": "?"})
        assert response.status_code == 422
        assert InteractionFlag.objects.get(pk=given.flag_id).status == "acknowledged"

    def test_nobody_withdraws_another_persons_answer(self, given: Override, colleague: User, now: datetime) -> None:
        with pytest.raises(RegimenError, match="Only its author"):
            withdraw_answer(override=given, reason="promise", note="", by=colleague, now=now)
        assert signed_in(colleague).post(f"/overrides/{given.pk}/", {"reason": "promise"}).status_code == 422

    def test_an_answer_that_counts_no_more_is_a_conflict(self, given: Override, clinician: User, now: datetime) -> None:
        acknowledge_flag(flag=given.flag, reason="tolerated", note=NOTE, by=clinician, now=now + timedelta(minutes=1))
        with pytest.raises(RegimenConflict):
            withdraw_answer(override=given, reason="promise", note="", by=clinician, now=now)
        assert signed_in(clinician).post(f"/overrides/{given.pk}/", {"reason": "promise"}).status_code == 409


class TestKept:
    def test_what_was_true_is_kept_without_free_text(self, given: Override, patient: Patient) -> None:
        facts = given.facts
        assert facts["taken"]["amitriptyline"]["most"] == "25"
        assert facts["taken"]["baclofen"]["routes"] == ["oral"]
        assert (facts["egfr"], facts["age"], facts["severity"]) == ("52", 69, given.severity)
        assert NOTE not in str(facts)
        assert patient.family_name not in str(facts)

    def test_the_sweep_comes_the_day_after_the_first_promised_check_in(
        self, given: Override, patient: Patient, now: datetime
    ) -> None:
        assert RegimenCheck.objects.get(patient=patient).next_check_on == patient.local_date(now) + timedelta(days=1)

    def test_every_time_a_flag_asks_is_a_row_that_ends(
        self, given: Override, give: Prescribe, patient: Patient, clinician: User, now: datetime
    ) -> None:
        first = Question.objects.get(flag=given.flag)
        assert (first.causes, first.outcome, first.settled_at) == (["new"], "answered", now)
        give("zolpidem", mg(5))
        again = Question.objects.get(flag=given.flag, outcome="")
        assert "new_medicine" in again.causes


def test_a_running_plan_is_in_sight_of_whoever_answers(
    given: Override, baclofen: Prescription, patient: Patient, clinician: User, now: datetime
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(signed_up_to=60, signed_unit="mg", signed_at=now)
    page = signed_in(clinician).get(f"/patients/{patient.pk}/flags/{given.flag_id}/").content.decode()
    assert "A signed plan may raise it to 60" in page


def test_a_medicine_less_keeps_the_answer_and_its_history(
    given: Override, give: Prescribe, answer: Answered, patient: Patient, clinician: User, now: datetime
) -> None:
    # given three sedatives, answered, and a fourth one answered as well
    answer(give("zolpidem", mg(5)), "not_applicable")
    stack = flag_of(patient, "CNS_STACK")
    before = set(stack.participants)
    answer(give("lorazepam", mg(1)), "not_applicable")
    stack.refresh_from_db()
    # then it is the same flag, which said what joined it
    assert set(stack.participants) > before
    assert stack.overrides.count() == 2
