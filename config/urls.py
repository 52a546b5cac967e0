"""The whole site: monitoring's pages and API, and the knowledge they rest on."""

from django.urls import include, path

urlpatterns = [
    path("", include("monitoring.urls")),
    path("", include("interactions.urls")),
    path("", include("interactions.cds_hooks.urls")),
]
