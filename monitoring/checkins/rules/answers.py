"""What a check-in asks, and the reading of what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Highest answer of each question whose answers are a scale that starts at 0, "as usual".
SCALES: Mapping[str, int] = MappingProxyType(
    {
        "q1_sleepiness": 4,
        "q2_breathing": 3,
        "q3_standing": 4,
        "q4_fall": 4,
        "q5_thinking": 3,
        "q6_strength": 3,
        "q7_heart": 3,
        "q9_mood": 3,
    }
)

# Options of each question that takes several.
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "danger_signs": (
            "hard_to_breathe",
            "hard_to_wake",
            "fit",
            "passed_out",
            "seeing_things",
            "heart",
            "self_harm",
            "took_more",
            "none",
        ),
        "q8_body": (
            "dry_mouth",
            "no_poo_3_days",
            "hard_to_pee",
            "no_pee_12h",
            "blurred",
            "painful_red_eye_or_halos",
            "none",
        ),
        "q10_doses_other": (
            "missed_0",
            "missed_1",
            "missed_3plus_or_ran_out",
            "extra_dose",
            "alcohol",
            "opioid_or_sleeping_tablet",
            "none",
        ),
    }
)

# The ten topics in the order in which they are asked and reported.
TOPICS: tuple[str, ...] = (
    "q1_sleepiness",
    "q2_breathing",
    "q3_standing",
    "q4_fall",
    "q5_thinking",
    "q6_strength",
    "q7_heart",
    "q8_body",
    "q9_mood",
    "q10_doses_other",
)

_DENIALS = {"none": "everything else", "missed_0": "a missed dose"}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """Where an input is wrong, as a path from the top of the input, and why.

    `words` is the message before `values` were put in, where it is looked up in another language by these words.
    """

    path: str
    message: str
    words: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class InputError(ValueError):
    """An input that cannot be read; `faults` names every field at fault."""

    def __init__(self, faults: list[FieldFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one check-in. A question that is absent was not answered: unknown, never normal."""

    scores: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def score(self, question: str) -> int | None:
        return self.scores.get(question)

    def chosen(self, question: str) -> frozenset[str] | None:
        return self.choices.get(question)

    @property
    def unanswered(self) -> tuple[str, ...]:
        return tuple(topic for topic in TOPICS if topic not in self.scores and topic not in self.choices)

    def __bool__(self) -> bool:
        return bool(self.scores or self.choices)

    def as_dict(self) -> dict[str, int | list[str]]:
        """JSON of the answers in a fixed order, so that equal answers are equal bytes."""
        found: dict[str, int | list[str]] = {}
        for question in ("danger_signs", *TOPICS):
            if question in self.scores:
                found[question] = self.scores[question]
            elif question in self.choices:
                found[question] = [option for option in CHOICES[question] if option in self.choices[question]]
        return found


def read_answers(raw: object, *, path: str = "answers") -> Answers:
    """Read answers keyed by question: a whole number for a scale, a list of options for a choice.

    A missing question, null and an empty list all mean "not answered". Anything else that is not exactly an
    answer (an unknown question or option, true, 2.0, "2", a number off the scale, "none" beside a symptom)
    raises InputError, which names every faulty field.
    """
    if not isinstance(raw, Mapping):
        raise InputError([FieldFault(path, "must be an object of question and answer")])
    faults: list[FieldFault] = []
    scores: dict[str, int] = {}
    choices: dict[str, frozenset[str]] = {}
    for question, value in raw.items():
        here = f"{path}.{question}"
        if value is None:
            if question not in SCALES and question not in CHOICES:
                faults.append(FieldFault(here, "is not a question of the check-in"))
        elif question in SCALES:
            _read_score(question, value, here, scores, faults)
        elif question in CHOICES:
            _read_choice(question, value, here, choices, faults)
        else:
            faults.append(FieldFault(here, "is not a question of the check-in"))
    if faults:
        raise InputError(faults)
    return Answers(MappingProxyType(scores), MappingProxyType(choices))


def readable(raw: object) -> Answers:
    """What can be read of faulty answers: each question by itself, the faulty ones left out. Raises nothing."""
    whole: dict[str, object] = {}
    for question, value in raw.items() if isinstance(raw, Mapping) else ():
        try:
            whole |= read_answers({question: value}).as_dict()
        except InputError:
            continue
    return read_answers(whole)


def _read_score(question: str, value: object, here: str, scores: dict[str, int], faults: list[FieldFault]) -> None:
    top = SCALES[question]
    # bool is an int to Python, but "true" is no answer to "how sleepy".
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= top:
        scores[question] = value
    else:
        faults.append(FieldFault(here, f"must be a whole number from 0 to {top}"))


def _read_choice(
    question: str, value: object, here: str, choices: dict[str, frozenset[str]], faults: list[FieldFault]
) -> None:
    if not isinstance(value, list | tuple | set | frozenset):
        faults.append(FieldFault(here, "must be a list of options"))
        return
    allowed = CHOICES[question]
    wrong = [
        FieldFault(f"{here}[{index}]", f"must be one of {', '.join(allowed)}")
        for index, option in enumerate(value)
        if not isinstance(option, str) or option not in allowed
    ]
    if wrong:
        faults.extend(wrong)
        return
    chosen = frozenset(value)
    fault = _contradiction(chosen)
    if fault:
        faults.append(FieldFault(here, fault))
    elif chosen:
        choices[question] = chosen


def _contradiction(chosen: frozenset[str]) -> str:
    others = chosen - {"none", "missed_0"}
    if "none" in chosen and others:
        return f"“none” cannot stand beside {_DENIALS['none']}"
    if "missed_0" in chosen and {"missed_1", "missed_3plus_or_ran_out"} & chosen:
        return f"“missed_0” cannot stand beside {_DENIALS['missed_0']}"
    return ""
