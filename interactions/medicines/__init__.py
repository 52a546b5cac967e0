"""From what a person types to ingredients and doses."""

from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose, format_amount, say_amount, usual_times
from interactions.medicines.names import Match, Resolution, resolve
from interactions.medicines.reading import MedicineReading, read_medicine
from interactions.medicines.search import Suggestion, search
from interactions.medicines.sig import SigReading, read_sig

__all__ = [
    "Dose",
    "Match",
    "MedicineReading",
    "Resolution",
    "SigReading",
    "Strength",
    "Suggestion",
    "format_amount",
    "read_medicine",
    "read_sig",
    "resolve",
    "say_amount",
    "search",
    "usual_times",
]
