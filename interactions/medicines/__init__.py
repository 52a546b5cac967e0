"""From what a person types to ingredients and doses."""

from interactions.medicines.dose import Dose, format_amount, say_amount

__all__ = ["Dose", "format_amount", "say_amount"]
