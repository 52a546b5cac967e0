"""What a patient is asked to read and agree to, and how far they have come. Pure."""

from monitoring.education.rules.editions import (
    Agreement,
    Card,
    Edition,
    EditionError,
    Evidence,
    Question,
    Review,
    Statement,
    all_editions,
    current_edition,
    load_edition,
    parse_edition,
)
from monitoring.education.rules.progress import Standing, Step, StepKind, next_step, standing
from monitoring.education.rules.words import all_words

__all__ = [
    "Agreement",
    "Card",
    "Edition",
    "EditionError",
    "Evidence",
    "Question",
    "Review",
    "Standing",
    "Statement",
    "Step",
    "StepKind",
    "all_editions",
    "all_words",
    "current_edition",
    "load_edition",
    "next_step",
    "parse_edition",
    "standing",
]
