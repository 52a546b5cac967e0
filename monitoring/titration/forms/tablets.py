"""The tablets a patient has, as two strengths on a form."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.titration.rules.tablets import LARGEST_STRENGTH, Tablet

SMALLEST: Final = Decimal("0.01")
_COUNT: Final = 2


def _strength(**more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=SMALLEST, max_value=LARGEST_STRENGTH, max_digits=6, decimal_places=2, required=False, **more
    )


class TabletsForm(forms.Form):
    """Two strengths, each scored or not. Nothing written means that they are not known: then nothing is checked."""

    strength_1 = _strength(label=pgettext_lazy("staff", "Tablet, mg"))
    halves_1 = forms.BooleanField(label=pgettext_lazy("staff", "Can be halved"), required=False)
    strength_2 = _strength(label=pgettext_lazy("staff", "Second tablet, mg"))
    halves_2 = forms.BooleanField(label=pgettext_lazy("staff", "Second can be halved"), required=False)

    def tablets(self) -> tuple[Tablet, ...]:
        """What was written, once it has been cleaned."""
        given = ((self.cleaned_data.get(f"strength_{n}"), self.cleaned_data.get(f"halves_{n}")) for n in (1, 2))
        return tuple(Tablet(strength, bool(halves)) for strength, halves in given if strength)

    def check_tablets(self) -> None:
        """A tick without a strength, and one strength twice, are asked back: neither is what was meant."""
        for n in (1, 2):
            if self.cleaned_data.get(f"halves_{n}") and not self.cleaned_data.get(f"strength_{n}"):
                self.add_error(
                    f"strength_{n}", pgettext("staff", "Write the strength of the tablet that can be halved.")
                )
        first, second = (self.cleaned_data.get(f"strength_{n}") for n in (1, 2))
        if first and first == second:
            self.add_error("strength_2", pgettext("staff", "This strength is written twice."))


def tablets_initial(tablets: Sequence[Tablet]) -> dict[str, Any]:
    """The tablets known already, as the fields' first values."""
    shown = enumerate(tablets[:_COUNT], start=1)
    return {key: value for n, each in shown for key, value in _fields(n, each).items()}


def _fields(n: int, tablet: Tablet) -> dict[str, Any]:
    return {f"strength_{n}": tablet.strength, f"halves_{n}": tablet.halves}


def tablets_of_product(strengths: Iterable[Mapping[str, str | None]]) -> tuple[Tablet, ...]:
    """The tablet that the prescription itself names, taken as whole: nobody said that it is scored."""
    found = (each["amount"] for each in strengths if each["unit"] == "mg" and each["per"] is None and each["amount"])
    return tuple(Tablet(Decimal(amount)) for amount in found)[:1]
