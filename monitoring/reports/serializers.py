"""The report's figures, as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring.reports.rules import After
from monitoring.rest.fields import Day, Shown, Strict


class PeriodQuery(Strict):
    """Days of the clinic's own, both included; without any, the last 90."""

    until = Day(default=None)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of the language, so the field cannot be an attribute."""
        return {**super().get_fields(), "from": Day(default=None)}


class CountOut(Shown):
    name = serializers.CharField()
    text = serializers.CharField(source="label")
    count = serializers.IntegerField()


class AskedOut(Shown):
    """Questions by how they ended so far; `override_rate` in per cent of `asked`, null of none."""

    name = serializers.CharField()
    text = serializers.CharField(source="label")
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    gone = serializers.IntegerField(help_text="Changed or dropped instead, or ended otherwise.")
    milder = serializers.IntegerField(help_text="No longer severe enough to ask.")
    open = serializers.IntegerField()
    override_rate = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)


class ReasonOut(CountOut):
    code = serializers.CharField(help_text="The code of the interaction it was given for.")
    withdrawn = serializers.IntegerField()


class AfterOut(Shown):
    """The 14 days after each answer. One answer may count in several lines; `followed` is what they are counts of."""

    followed = serializers.IntegerField()
    too_early = serializers.IntegerField(help_text="Answers of the last 14 days, in no other number.")
    lines = serializers.SerializerMethodField()

    @extend_schema_field(CountOut(many=True))
    def get_lines(self, after: After) -> list[dict[str, Any]]:
        return [{"name": each.name, "text": each.label, "count": each.count} for each in after.lines]


class ElsewhereOut(Shown):
    """Cards shown in the hospital systems that call for this clinic."""

    accepted = serializers.IntegerField()
    overridden = serializers.IntegerField()
    reasons = CountOut(many=True)


class FiguresOut(Shown):
    """The report of one clinic. It holds counts only: no patient, no note."""

    clinic = serializers.CharField()
    until = serializers.DateField(source="period.last")
    raised = serializers.IntegerField(help_text="Flags raised.")
    raised_asking = serializers.IntegerField(help_text="Those of them that asked for an answer.")
    total = AskedOut()
    by_rule = AskedOut(many=True)
    by_severity = AskedOut(many=True)
    instead = CountOut(many=True)
    again_because = CountOut(many=True)
    answers = serializers.IntegerField(help_text="Answers given, renewals among them.")
    reasons = ReasonOut(many=True)
    own_answers = serializers.IntegerField()
    after = AfterOut()
    by_clinician = CountOut(many=True, allow_null=True, help_text="For admins; null for anybody else.")
    hospital_systems = ElsewhereOut(source="elsewhere")

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of the language, so the field cannot be an attribute."""
        return {"from": serializers.DateField(source="period.first"), **super().get_fields()}
