"""What the patient reads: questions, answers and their grouping into pages. Own wording, no instrument's text."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitoring.checkins.rules.answers import SCALES, Answers


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `label` heads its answer on the review page and on the staff's."""

    key: str
    label: str
    ask: str
    options: tuple[Option, ...]

    @property
    def is_scale(self) -> bool:
        return self.key in SCALES

    def words(self, value: object) -> str:
        return next((option.words for option in self.options if option.value == str(value)), str(value))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form, which asks one question. `all_well` is what its one-tap answer says, `well` what it gives.

    A page about two topics asks whether both are as usual, and only where they are not each by itself: its `parts`.
    `like` names what would count as a change.
    """

    number: int
    title: str
    questions: tuple[Question, ...]
    all_well: str = ""
    well: Mapping[str, object] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    like: str = ""
    is_part: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions)

    @property
    def is_single(self) -> bool:
        """One scale only: its answers are the buttons."""
        return len(self.questions) == 1 and self.questions[0].is_scale

    @property
    def well_json(self) -> str:
        """What the one-tap answer gives, as a script reads it."""
        return json.dumps(dict(self.well))

    @property
    def parts(self) -> tuple["Page", ...]:
        """Each topic of this page on a page of its own; empty where the page has one topic."""
        if len(self.questions) == 1:
            return ()
        return tuple(Page(self.number, each.ask, (each,), is_part=True) for each in self.questions)

    def part(self, key: str) -> "Page | None":
        """The part that asks this question; None when there is no such part."""
        return next((each for each in self.parts if each.keys == (key,)), None)

    def shown(self, question: Question) -> list[tuple[str, str]]:
        return [(option.value, option.words) for option in question.options if option.value not in self.hidden]


def _scale(key: str, label: str, ask: str, *words: str) -> Question:
    return Question(key, label, ask, tuple(Option(str(score), text) for score, text in enumerate(words)))


def _choice(key: str, label: str, ask: str, **words: str) -> Question:
    return Question(key, label, ask, tuple(Option(value, text) for value, text in words.items()))


DANGER_SIGNS = _choice(
    "danger_signs",
    "Danger signs",
    "Do you have any of these right now?",
    hard_to_breathe="It is hard to breathe, or my breathing is slow",
    hard_to_wake="Someone found me hard to wake",
    fit="I had a fit (seizure)",
    passed_out="I passed out, or hit my head in a fall",
    seeing_things="I see or hear things that are not there",
    heart="My chest hurts, or my heart pounds or skips",
    self_harm="I think about hurting myself",
    took_more="I took more medicine than I was told to",
    none="None of these",
)
SLEEPINESS = _scale(
    "q1_sleepiness", "Sleepy", "How awake do you feel?",
    "Wide awake",
    "A bit sleepy",
    "Often sleepy, but I wake up by myself",
    "I nod off while I talk or eat",
    "Someone found me hard to wake",
)  # fmt: skip
BREATHING = _scale(
    "q2_breathing", "Breathing", "How is your breathing?",
    "As usual",
    "New loud snoring, or my breath stops in my sleep",
    "Slow, shallow or hard to do",
    "Blue lips, gasping, or it stopped for a while",
)  # fmt: skip
HEART = _scale(
    "q7_heart", "Heart", "How is your heart?",
    "As usual",
    "A short flutter",
    "Pounding or uneven for more than 5 minutes",
    "Chest pain, or heart trouble while faint or short of breath",
)  # fmt: skip
STANDING = _scale(
    "q3_standing", "Dizzy", "Did you feel dizzy or faint?",
    "No",
    "A little dizzy",
    "I had to sit down or hold on",
    "I fainted",
    "I had a fit (seizure)",
)  # fmt: skip
FALLS = _scale(
    "q4_fall", "Falls", "Did you fall?",
    "No",
    "I nearly fell",
    "I fell but was not hurt",
    "I fell and got hurt, or could not get up",
    "I fell and hit my head",
)  # fmt: skip
THINKING = _scale(
    "q5_thinking", "Mind", "How is your mind?",
    "Clear",
    "I forget more than usual",
    "Muddled or mixed up",
    "I see or hear things that are not there",
)  # fmt: skip
MOOD = _scale(
    "q9_mood", "Mood", "How is your mood?",
    "Fine",
    "Low or restless",
    "Very restless, with racing thoughts and no sleep",
    "I think about hurting myself",
)  # fmt: skip
STRENGTH = _scale(
    "q6_strength", "Strength", "How strong are your legs?",
    "As usual",
    "A little weaker or looser",
    "I cannot stand or change chairs as I usually do",
    "Sudden stiff muscles, spasms or jerks, with a fever",
)  # fmt: skip
BODY = _choice(
    "q8_body",
    "Body",
    "Do you have any of these?",
    dry_mouth="Dry mouth",
    no_poo_3_days="No poo for 3 days",
    hard_to_pee="It is hard to pee",
    no_pee_12h="No pee for 12 hours",
    blurred="Blurred sight",
    painful_red_eye_or_halos="A sore red eye, or rings round lights",
    none="None of these",
)
DOSES = _choice(
    "q10_doses_other",
    "Doses",
    "Your doses, and what else you took",
    missed_0="I took all my doses",
    missed_1="I missed one or two doses",
    missed_3plus_or_ran_out="I missed three or more doses, or ran out",
    extra_dose="I took an extra dose",
    alcohol="I drank alcohol",
    opioid_or_sleeping_tablet="I took a strong painkiller or a sleeping tablet",
    none="Nothing else to tell",
)

PAGES: tuple[Page, ...] = (
    Page(1, DANGER_SIGNS.ask, (DANGER_SIGNS,), hidden=frozenset({"none"})),
    Page(2, SLEEPINESS.ask, (SLEEPINESS,)),
    Page(
        3, "Are your breathing and your heart as usual?", (BREATHING, HEART),
        "Both are as usual", {"q2_breathing": 0, "q7_heart": 0},
        like="Loud snoring that is new, short breath or a heart that flutters are a change.",
    ),
    Page(
        4, "Did you feel steady?", (STANDING, FALLS),
        "I felt steady and did not fall", {"q3_standing": 0, "q4_fall": 0},
        like="A dizzy spell or a near fall is a change.",
    ),
    Page(
        5, "How are your mind and your mood?", (THINKING, MOOD),
        "My mind is clear and my mood is fine", {"q5_thinking": 0, "q9_mood": 0},
        like="To forget more, or to feel low or restless, is a change.",
    ),
    Page(
        6, "How is your body?", (STRENGTH, BODY),
        "I am as strong as usual, and all is well", {"q6_strength": 0, "q8_body": ["none"]},
        like="Weak legs, a dry mouth, a sore eye, or trouble with poo, pee or sight are a change.",
    ),
    Page(
        7, "Did you take your doses?", (DOSES,),
        "I took all my doses and nothing else", {"q10_doses_other": ["missed_0", "none"]},
        hidden=frozenset({"missed_0", "none"}),
    ),
)  # fmt: skip
QUESTIONS: Mapping[str, Question] = {question.key: question for page in PAGES for question in page.questions}

# A danger sign that is also an answer on a scale is kept as that answer too, so that no chart shows a gap there.
DANGER_SCORES: Mapping[str, tuple[str, int]] = {
    "hard_to_breathe": ("q2_breathing", 2),
    "hard_to_wake": ("q1_sleepiness", 4),
    "fit": ("q3_standing", 4),
    "seeing_things": ("q5_thinking", 3),
    "heart": ("q7_heart", 2),
    "self_harm": ("q9_mood", 3),
}


def page_at(number: int) -> Page | None:
    """The page of this number; None when the form has none."""
    return next((page for page in PAGES if page.number == number), None)


def page_of(question: str) -> Page:
    """The page that asks this question."""
    return next(page for page in PAGES if question in page.keys)


def next_page(seen: Iterable[int]) -> Page | None:
    """The first page that was not seen yet; None when only the review is left."""
    done = set(seen)
    return next((page for page in PAGES if page.number not in done), None)


def with_danger_signs(answers: Mapping[str, object], signs: Iterable[str]) -> dict[str, object]:
    """The answers with these danger signs, and with the scores they stand for where those are worse."""
    merged = {**answers, "danger_signs": sorted(signs)}
    for sign in signs:
        if sign in DANGER_SCORES:
            question, score = DANGER_SCORES[sign]
            known = merged.get(question)
            merged[question] = max(known, score) if isinstance(known, int) else score
    return merged


def answer_words(answers: Answers, key: str) -> str:
    """One answer as the patient gave it; what was skipped says so."""
    question = QUESTIONS[key]
    score, chosen = answers.score(key), answers.chosen(key)
    if score is not None:
        return question.words(score)
    if chosen is None:
        return "Not answered"
    told = [option.words for option in question.options if option.value in chosen and option.value != "none"]
    return "; ".join(told) or question.words("none")
