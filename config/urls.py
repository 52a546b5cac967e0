"""The whole site: monitoring's pages and API."""

from django.urls import include, path

urlpatterns = [
    path("", include("monitoring.urls")),
    path("", include("interactions.cds_hooks.urls")),
]
