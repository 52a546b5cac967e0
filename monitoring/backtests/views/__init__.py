"""Pages about a clinic's own thresholds and cadence: what is in force, what is proposed, what it would have done."""

from monitoring.audit.doors import role_required
from monitoring.people.models import Role

readers_required = role_required(Role.CLINICIAN, Role.ADMIN)
