"""Addresses of a clinic's own thresholds and cadence."""

from django.urls import path

from monitoring.backtests.views import changing, reading

urlpatterns = [
    path("protocols/", reading.protocols, name="protocols"),
    path("protocols/new/", changing.propose_change, name="protocol_new"),
    path("protocols/proposals/<uuid:pk>/", reading.proposal, name="protocol_proposal"),
    path("protocols/proposals/<uuid:pk>/replay/", changing.replay, name="protocol_replay"),
    path("protocols/proposals/<uuid:pk>/cancel/", changing.cancel, name="protocol_replay_cancel"),
    path("protocols/proposals/<uuid:pk>/approve/", changing.approve, name="protocol_approve"),
    path("protocols/proposals/<uuid:pk>/withdraw/", changing.withdraw, name="protocol_withdraw"),
    path("protocols/proposals/<uuid:pk>/export/", reading.export, name="protocol_export"),
]
