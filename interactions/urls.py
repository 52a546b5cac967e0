"""Every address of interactions: the hook service, and knowledge in view."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("interactions.cds_hooks.urls")),
    path("", include("interactions.catalogue.urls")),
]
