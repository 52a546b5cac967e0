"""A patient, and a sign-in, as the API reads and shows them."""

import re
from typing import Any

from rest_framework import serializers

from interactions.checking import read_conditions
from monitoring.people.forms import LONGEST_PASSWORD
from monitoring.people.models import Sex
from monitoring.rest.fields import Day, Instant, PageQuery, Shown, Strict, Whole, Words


class PatientQuery(PageQuery):
    q = Words(max_length=80, default="", allow_blank=True, help_text="Words of the name, the number or the birth date.")


class PatientIn(Strict):
    """What is known of somebody who is registered. What is left out is unknown, never normal."""

    identifier = Words(max_length=40)
    family_name = Words(max_length=80)
    given_names = Words(max_length=80)
    birth_date = Day()
    sex = serializers.ChoiceField(choices=Sex.choices, default="", allow_blank=True)
    phone = Words(max_length=30, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, default="", allow_blank=True)
    time_zone = Words(max_length=60, default="", allow_blank=True, help_text="Like Europe/London; empty: the clinic's.")
    egfr = serializers.DecimalField(
        max_digits=4, decimal_places=1, default=None, allow_null=True, help_text="mL/min/1.73 m²; needs egfr_on."
    )
    egfr_on = Day(default=None, allow_null=True)
    qtc_ms = Whole(default=None, allow_null=True, min_value=0, max_value=9999)
    weight_kg = serializers.DecimalField(max_digits=5, decimal_places=1, default=None, allow_null=True)
    allergies = Words(max_length=200, default="", allow_blank=True)
    conditions = serializers.ListField(
        child=Words(max_length=200), max_length=100, default=None, allow_null=True,
        help_text="In a clinician's words. An empty list: asked, none. null: never asked.",
    )  # fmt: skip


def facts_of(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `register_patient`: conditions read into codes, what was not understood beside them."""
    words = given.pop("conditions")
    if words is None:
        return given | {"conditions": None}
    codes, not_understood = read_conditions([re.sub(r"\s+", " ", word) for word in words])
    return given | {"conditions": sorted(codes), "conditions_not_understood": list(not_understood)}


class PatientOut(Shown):
    id = serializers.UUIDField()
    identifier = serializers.CharField()
    family_name = serializers.CharField()
    given_names = serializers.CharField()
    birth_date = serializers.DateField()
    sex = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    time_zone = serializers.CharField()
    egfr = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    egfr_on = serializers.DateField(allow_null=True)
    qtc_ms = serializers.IntegerField(allow_null=True)
    weight_kg = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
    allergies = serializers.CharField()
    conditions = serializers.ListField(child=serializers.CharField(), allow_null=True)
    conditions_not_understood = serializers.ListField(child=serializers.CharField())
    is_demo = serializers.BooleanField()
    registered_at = Instant()


class SignIn(Strict):
    email = serializers.EmailField(max_length=254)
    password = Words(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class TokenOut(Shown):
    token = serializers.CharField(help_text="Send it as the header Authorization: Token …")
    expires_at = Instant()
