"""Addresses of one alert’s answers, and of how alerts are passed on."""

from django.urls import path

from monitoring.alerts.views import answering, policies, worklist

urlpatterns = [
    path("alerts/news/", worklist.news, name="worklist_news"),
    path("escalation/", policies.policies, name="escalation"),
    path("escalation/proposals/<uuid:pk>/approve/", policies.policy_approve, name="escalation_approve"),
    path("escalation/proposals/<uuid:pk>/withdraw/", policies.policy_withdraw, name="escalation_withdraw"),
    path("escalation/<slug:level>/", policies.policy, name="escalation_policy"),
    path("alerts/<uuid:pk>/take/", answering.take, name="alert_take"),
    path("alerts/<uuid:pk>/snooze/", answering.snooze, name="alert_snooze"),
    path("alerts/<uuid:pk>/close/", answering.close, name="alert_close"),
    path("alerts/<uuid:pk>/release/", answering.release, name="alert_release"),
    path("alerts/<uuid:pk>/step-in/", answering.step_in_page, name="alert_step_in"),
]
