"""Addresses of the hook service. The standard writes them without a slash at the end; with one they mean the same."""

from django.urls import URLPattern, path

from interactions.cds_hooks import views

urlpatterns: list[URLPattern] = [
    pattern
    for end in ("/", "")
    for pattern in (
        path(f"cds-services{end}", views.discovery, name="cds_services"),
        path(f"cds-services/<str:service_id>{end}", views.hook_call, name="cds_service"),
        path(f"cds-services/<str:service_id>/feedback{end}", views.feedback, name="cds_feedback"),
    )
]
