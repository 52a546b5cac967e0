"""The whole site: monitoring's pages and API, and the knowledge they rest on."""

from django.urls import include, path

urlpatterns = [
    # First: a hospital's system waits for it while a clinician signs an order.
    path("", include("interactions.urls")),
    path("", include("monitoring.urls")),
]

handler400 = "config.refusals.bad_request"
