"""Pages about releases as they reach patients, and about a clinic's own severities."""

from monitoring.audit.doors import role_required
from monitoring.people.models import Role

readers_required = role_required(Role.CLINICIAN, Role.ADMIN)
