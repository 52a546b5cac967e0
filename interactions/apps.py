"""Registers the checker with Django."""

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    """Knows medicines, never a patient."""

    name = "interactions"
    verbose_name = "Medicine interactions"
    default_auto_field = "django.db.models.BigAutoField"
