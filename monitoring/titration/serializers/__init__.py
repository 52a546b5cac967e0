"""Plans and their steps, as the API reads and shows them. Import these names from here."""

from monitoring.titration.serializers.plans import Drawn, OwnPlan, PlanIn, PlanOut, SignatureIn, breach_faults

__all__ = ["Drawn", "OwnPlan", "PlanIn", "PlanOut", "SignatureIn", "breach_faults"]
