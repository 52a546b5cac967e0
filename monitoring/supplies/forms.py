"""What people type when they have counted their tablets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.formatting import plain_number
from monitoring.regimens.models import Prescription
from monitoring.supplies.actions import Pack

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PACKS: Final = (1, 2)
MOST_MG: Final = 1_000
MOST_LEFT: Final = 5_000


def _number(label: "_StrPromise", most: int, *, required: bool, **more: Any) -> forms.DecimalField:
    least = more.pop("least")
    return forms.DecimalField(
        label=label, min_value=least, max_value=most, max_digits=8, decimal_places=2, required=required,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **more,
    )  # fmt: skip


class CountForm(forms.Form):
    """How many there are, of one strength or of two; at least one of them must be given."""

    strength_1 = _number(_("Strength on the pack, in mg"), MOST_MG, required=True, least=Decimal("0.01"))
    left_1 = _number(_("How many are left"), MOST_LEFT, required=True, least=0)
    strength_2 = _number(_("Another strength, in mg"), MOST_MG, required=False, least=Decimal("0.01"))
    left_2 = _number(_("How many of those"), MOST_LEFT, required=False, least=0)

    def __init__(self, data: Mapping[str, Any] | None = None, *, prescription: Prescription) -> None:
        known = [each.get("amount") for each in prescription.strengths if each.get("unit") == "mg"]
        initial = {"strength_1": plain_number(known[0])} if known and known[0] else {}
        super().__init__(data, initial=initial, prefix=f"s{prescription.pk.hex[:8]}")
        self.fields["strength_1"].help_text = _("For a liquid: how many mg are in 1 ml.")
        self.fields["left_1"].help_text = _("Tablets, or ml of a liquid. Half a tablet is 0.5.")
        self.fields["strength_1"].error_messages["required"] = _("Write the strength. It is on the pack.")
        self.fields["left_1"].error_messages["required"] = _("Write how many are left. None is 0.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for one, other, text in (
            ("strength_2", "left_2", _("Give the strength of these too.")),
            ("left_2", "strength_2", _("Say how many of this strength are left. None is 0.")),
        ):
            if given.get(one) is None and given.get(other) is not None and one not in self.errors:
                self.add_error(one, text)
        return given

    def packs(self) -> list[Pack]:
        """Each strength in mg with how many of it there are."""
        given = self.cleaned_data
        both = [(given[f"strength_{n}"], given[f"left_{n}"]) for n in PACKS]
        return [(strength, left) for strength, left in both if strength is not None and left is not None]
