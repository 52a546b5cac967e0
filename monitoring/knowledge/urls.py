"""Addresses of releases as they reach patients, and of a clinic's own severities."""

from django.urls import path

from monitoring.knowledge.views import adjustments, rollouts

urlpatterns = [
    path("knowledge/releases/<str:version>/affected/", rollouts.affected, name="release_affected"),
    path("knowledge/rollouts/<uuid:pk>/", rollouts.rollout, name="rollout"),
    path("knowledge/rollouts/<uuid:pk>/cancel/", rollouts.cancel, name="rollout_cancel"),
    path("knowledge/adjustments/", adjustments.adjustment_list, name="adjustments"),
    path("knowledge/adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("knowledge/adjustments/<uuid:pk>/withdraw/", adjustments.adjustment_withdraw, name="adjustment_withdraw"),
]
