"""Every address of interactions: knowledge in view."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("interactions.catalogue.urls")),
]
