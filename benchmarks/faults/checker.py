"""The judge of a run. It reads what the clients were answered and what the receiver took, and nothing else.

A mailbox belongs to one story, so that every mail says by its address which story it is about.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final

from benchmarks.faults.history import Kill, Mail, Said, Seen, Story

# The shortest time after which an alert that nobody took is told again under a name of its own.
NEXT_RUNG_SECONDS: Final = 290.0
# What is killed when a mail may have left without anybody noting it.
SENDERS: Final = ("worker", "urgent", "sweeps", "database", "broker")
SHOWN: Final = 5


@dataclass
class Verdict:
    """How often each promise was broken, with the first stories that show it."""

    stories: int = 0
    answered: int = 0
    alerts_due: int = 0
    mails: int = 0
    text_messages: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Any]] = field(default_factory=dict)
    duplicate_sends: int = 0
    most_after_one_kill: int = 0
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every promise was kept."""
        return not any(self.broken.values())

    def note(self, promise: str, found: Sequence[Any]) -> None:
        """Write down how often a promise was broken, also when it never was."""
        self.broken[promise] = len(found)
        if found:
            self.examples[promise] = list(found[:SHOWN])

    def figures(self) -> dict[str, object]:
        """For the reader."""
        return {**asdict(self), "passed": self.passed}


def judge(
    stories: Sequence[Story],
    said: Sequence[Said],
    mails: Sequence[Mail],
    kills: Sequence[Kill],
    seen: Sequence[Seen],
) -> Verdict:
    """Compare what the clients, the receiver and those on duty saw with what must follow from what was sent."""
    answers: dict[int, list[Said]] = defaultdict(list)
    for line in said:
        answers[line.story].append(line)
    boxes: dict[str, list[Mail]] = defaultdict(list)
    for mail in sorted(mails, key=lambda each: each.at):
        boxes[mail.to].append(mail)
    verdict = Verdict(
        stories=len(stories),
        answered=sum(any(line.what == "answered" for line in answers[story.number]) for story in stories),
        alerts_due=sum(story.must_alert for story in stories),
        mails=sum(mail.by == "mail" for mail in mails),
        text_messages=sum(mail.by == "sms" for mail in mails),
        kills=dict(Counter(kill.what for kill in kills)),
    )
    _judge_answers(verdict, stories, answers)
    _judge_mails(verdict, stories, answers, boxes)
    _judge_worklists(verdict, stories, answers, {each.story: each for each in seen})
    _judge_copies(verdict, stories, boxes, kills)
    return verdict


def _judge_answers(verdict: Verdict, stories: Sequence[Story], answers: Mapping[int, list[Said]]) -> None:
    """Everybody was answered, nobody was refused, and one key was answered with one report however often sent."""
    unanswered, refused, two_reports = [], [], []
    for story in stories:
        lines = answers[story.number]
        reports = {line.report for line in lines if line.what == "answered" and line.report}
        if not any(line.what == "answered" for line in lines):
            unanswered.append(story.number)
        if any(line.what == "refused" for line in lines):
            refused.append(story.number)
        if len(reports) > 1:
            two_reports.append((story.number, sorted(reports)))
    verdict.note("never answered", unanswered)
    verdict.note("refused", refused)
    verdict.note("two reports for one submission", two_reports)


def _judge_mails(
    verdict: Verdict,
    stories: Sequence[Story],
    answers: Mapping[int, list[Said]],
    boxes: Mapping[str, list[Mail]],
) -> None:
    """What must reach somebody did, once, about one alert; what must not did not."""
    unsent, false, alerts, names, early = [], [], [], [], []
    for story in stories:
        got = boxes.get(story.recipient, [])
        lines = answers[story.number]
        answered = any(line.what == "answered" for line in lines)
        if story.must_mail and answered and not got:
            unsent.append(story.number)
        if got and not story.must_alert:
            false.append(story.number)
        if got and (not lines or got[0].at < lines[0].at):
            early.append(story.number)
        if len({mail.about for mail in got if mail.about}) > 1:
            alerts.append(story.number)
        if _told_again(got):
            names.append(story.number)
    verdict.note("alerts never sent", unsent)
    verdict.note("mails about nothing", false)
    verdict.note("mails before anything was sent", early)
    verdict.note("mails about two alerts of one story", alerts)
    verdict.note("sent again under another name", names)
    verdict.note("mails to strangers", sorted(set(boxes) - {story.recipient for story in stories}))


def _told_again(got: Sequence[Mail]) -> bool:
    """Whether one channel carried two names before the next rung was due. A digest is about no one alert."""
    for channel in ("mail", "sms"):
        own = [mail for mail in got if mail.by == channel and (mail.about or channel == "sms")]
        if len({mail.name for mail in own if mail.at < own[0].at + NEXT_RUNG_SECONDS}) > 1:
            return True
    return False


def _judge_worklists(
    verdict: Verdict, stories: Sequence[Story], answers: Mapping[int, list[Said]], seen: Mapping[int, Seen]
) -> None:
    """Whoever is on duty sees one alert of the right level, raised by the report that the client was told of."""
    unread, lost, doubled, false, others = [], [], [], [], []
    for story in stories:
        shown, lines = seen.get(story.number), [line for line in answers[story.number] if line.what == "answered"]
        if shown is None:
            unread.append(story.number)
            continue
        reports = {line.report for line in lines if line.report}
        if story.must_alert and lines and story.level not in shown.levels:
            lost.append(story.number)
        if len(shown.alerts) > 1:
            doubled.append(story.number)
        if shown.alerts and not story.must_alert:
            false.append(story.number)
        if reports and set(shown.sources) - reports:
            others.append(story.number)
    verdict.note("worklists that could not be read", unread)
    verdict.note("alerts lost", lost)
    verdict.note("two alerts for one story", doubled)
    verdict.note("alerts about nothing", false)
    verdict.note("alerts raised by another report", others)


def _judge_copies(
    verdict: Verdict, stories: Sequence[Story], boxes: Mapping[str, list[Mail]], kills: Sequence[Kill]
) -> None:
    """A second copy is explained by a kill between it and the first, and there are fewer of them than kills."""
    blamed: Counter[Kill | None] = Counter()
    senders = sorted((kill for kill in kills if kill.what in SENDERS), key=lambda kill: kill.at)
    unexplained = []
    for story in stories:
        copies: dict[str, list[Mail]] = defaultdict(list)
        for mail in boxes.get(story.recipient, []):
            copies[mail.name].append(mail)
        for same in copies.values():
            for first, second in pairwise(same):
                # The receiver may write a mail down a moment after its sender was killed.
                cause = next((kill for kill in senders if first.at - 1.0 <= kill.at <= second.at), None)
                blamed[cause] += 1
                if cause is None:
                    unexplained.append((story.number, first.name))
    verdict.duplicate_sends = blamed.total()
    verdict.most_after_one_kill = max((count for kill, count in blamed.items() if kill), default=0)
    verdict.note("duplicates that no kill explains", unexplained)
    too_many = max(0, blamed.total() - len(senders))
    verdict.note("duplicates above one for each kill of a sender", list(range(too_many)))


def delays(stories: Sequence[Story], said: Sequence[Said], mails: Sequence[Mail], *, of: str) -> list[float]:
    """Seconds from the first sending of each story of this level to its first mail, by story."""
    sent: dict[int, float] = {}
    for line in said:
        if line.what == "sent":
            sent.setdefault(line.story, line.at)
    first: dict[str, float] = {}
    for mail in mails:
        first[mail.to] = min(mail.at, first.get(mail.to, mail.at))
    return [
        first[story.recipient] - sent[story.number]
        for story in stories
        if story.level == of and story.recipient in first and story.number in sent
    ]


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and worst, in seconds; the nearest that was seen. Empty when there is none."""
    if not seconds:
        return {}
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)

    return {"count": len(ordered), "p50": at(0.5), "p99": at(0.99), "worst": round(ordered[-1], 3)}
