"""The judge of the proofs by faults can fail: each fault that is planted is found, and a good run is let be."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.faults.checker import delays, judge, quantiles
from benchmarks.faults.history import Kill, Mail, Said, Seen, Story

Run = tuple[list[Story], list[Said], list[Mail], list[Kill], list[Seen]]


def story(number: int, level: str) -> Story:
    return Story(number, level, f"check-in {number}", f"key {number}", f"patient {number}", f"duty{number}", "p", "t")


def good() -> Run:
    """Three stories that were answered, told of and seen; one mail left twice over a kill."""
    stories = [story(1, "none"), story(2, "warning"), story(3, "emergency")]
    said = []
    for each in stories:
        said += [Said(10, each.number, "sent"), Said(11, each.number, "answered", 201, f"report {each.number}")]
    mails = [Mail(12, "duty3", "<a>", "alert 3"), Mail(60, "duty3", "<a>", "alert 3")]
    kills = [Kill(5, "web"), Kill(12.3, "worker")]
    seen = [
        Seen(99, 1, [], [], []),
        Seen(99, 2, ["alert 2"], ["warning"], ["report 2"]),
        Seen(99, 3, ["alert 3"], ["emergency"], ["report 3"]),
    ]
    return stories, said, mails, kills, seen


def broken(run: Run) -> dict[str, int]:
    return {promise: count for promise, count in judge(*run).broken.items() if count}


def test_a_run_that_kept_every_promise_passes() -> None:
    verdict = judge(*good())
    assert verdict.passed
    assert (verdict.stories, verdict.answered, verdict.alerts_due, verdict.mails) == (3, 3, 2, 2)
    assert (verdict.duplicate_sends, verdict.most_after_one_kill) == (1, 1)
    assert verdict.figures()["passed"] is True


def test_another_channel_has_a_name_of_its_own_and_two_names_by_one_channel_are_found() -> None:
    run = good()
    run[2].append(Mail(13, "duty3", "key", by="sms"))
    assert broken(run) == {}
    run[2].append(Mail(14, "duty3", "another key", by="sms"))
    assert broken(run) == {"sent again under another name": 1}


def test_an_escalation_and_a_digest_are_no_second_telling() -> None:
    stories, said, mails, kills, seen = good()
    mails += [Mail(12 + 600, "duty3", "<rung 1>", "alert 3"), Mail(20, "duty2", "<digest>")]
    assert broken((stories, said, mails, kills, seen)) == {}


def lost_mail(run: Run) -> None:
    run[2].clear()


def lost_alert(run: Run) -> None:
    run[4][1] = Seen(99, 2, [], [], [])


def milder(run: Run) -> None:
    run[4][2] = replace(run[4][2], levels=["urgent"])


def second_alert(run: Run) -> None:
    run[4][2] = Seen(99, 3, ["alert 3", "alert 4"], ["emergency", "emergency"], ["report 3", "report 3"])


def false_alarm(run: Run) -> None:
    run[2].append(Mail(13, "duty1", "<b>", "alert 1"))
    run[4][0] = Seen(99, 1, ["alert 1"], ["warning"], ["report 1"])


def other_report(run: Run) -> None:
    run[4][2] = replace(run[4][2], sources=["report 7"])


def second_report(run: Run) -> None:
    run[1].append(Said(14, 3, "answered", 201, "report 8"))


def wrong_name(run: Run) -> None:
    run[2][1] = replace(run[2][1], name="<another>")


def other_alert(run: Run) -> None:
    run[2].append(Mail(13, "duty3", "<c>", "alert 9"))


def stranger(run: Run) -> None:
    run[2].append(Mail(13, "somebody", "<d>", "alert 3"))


def silent(run: Run) -> None:
    run[1][:] = [line for line in run[1] if not (line.story == 2 and line.what == "answered")]


def refused(run: Run) -> None:
    run[1].append(Said(14, 1, "refused", problem="422"))


def no_kill(run: Run) -> None:
    run[3].pop()


def too_early(run: Run) -> None:
    run[2].insert(0, Mail(1, "duty3", "<a>", "alert 3"))


def worklist_unread(run: Run) -> None:
    run[4].pop(0)


def one_kill_many_copies(run: Run) -> None:
    run[2].append(Mail(61, "duty3", "<a>", "alert 3"))
    run[3].append(Kill(60.5, "web"))


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (lost_mail, {"alerts never sent"}),
        (lost_alert, {"alerts lost"}),
        (milder, {"alerts lost"}),
        (second_alert, {"two alerts for one story"}),
        (false_alarm, {"mails about nothing", "alerts about nothing"}),
        (other_report, {"alerts raised by another report"}),
        (second_report, {"two reports for one submission"}),
        (wrong_name, {"sent again under another name"}),
        (other_alert, {"mails about two alerts of one story", "sent again under another name"}),
        (stranger, {"mails to strangers"}),
        (silent, {"never answered"}),
        (refused, {"refused"}),
        (no_kill, {"duplicates that no kill explains", "duplicates above one for each kill of a sender"}),
        (too_early, {"mails before anything was sent", "duplicates that no kill explains",
                     "duplicates above one for each kill of a sender"}),
        (worklist_unread, {"worklists that could not be read"}),
        (one_kill_many_copies, {"duplicates that no kill explains", "duplicates above one for each kill of a sender"}),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(plant: Callable[[Run], None], found: set[str]) -> None:
    run = good()
    plant(run)
    assert set(broken(run)) == found
    assert not judge(*run).passed


def test_a_delay_runs_from_the_first_sending_to_the_first_mail() -> None:
    stories, said, mails, _, _ = good()
    said.insert(0, Said(9, 3, "sent"))
    assert delays(stories, said, mails, of="emergency") == [3]
    assert quantiles([0.1] * 99 + [7.0]) == {"count": 100, "p50": 0.1, "p99": 7.0, "worst": 7.0}
    assert quantiles([]) == {}
