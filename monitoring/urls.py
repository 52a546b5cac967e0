"""Every page and endpoint of monitoring, by feature."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("monitoring.operations.urls")),
    path("", include("monitoring.outages.urls")),
    path("api/v1/", include("monitoring.api")),
    path("", include("monitoring.audit.urls")),
    path("", include("monitoring.people.urls")),
    path("", include("monitoring.passkeys.urls")),
    path("", include("monitoring.preferences.urls")),
    path("", include("monitoring.wording.urls")),
    path("", include("monitoring.help.urls")),
    path("", include("monitoring.gallery.urls")),
    path("", include("monitoring.alerts.urls")),
    path("", include("monitoring.notifications.urls")),
    path("", include("monitoring.education.urls")),
    path("", include("monitoring.notes.urls")),
    path("", include("monitoring.checkins.urls")),
    path("", include("monitoring.regimens.urls")),
    path("", include("monitoring.titration.urls")),
    path("", include("monitoring.supplies.urls")),
    path("", include("monitoring.intakes.urls")),
    path("", include("monitoring.knowledge.urls")),
    path("", include("monitoring.reports.urls")),
    path("", include("monitoring.backtests.urls")),
    path("", include("monitoring.search.urls")),
    path("", include("monitoring.dashboard.urls")),
    path("", include("monitoring.calendars.urls")),
    path("", include("monitoring.cds_clients.urls")),
    path("", include("monitoring.onboarding.urls")),
    path("", include("monitoring.offline.urls")),
]
