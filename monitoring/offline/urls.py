"""Addresses that make the site work without a network."""

from django.urls import path

from monitoring.offline import views

urlpatterns = [
    path("sw.js", views.worker, name="worker"),
    # Under its first address it goes on answering the browsers that were given it there.
    path("push-worker.js", views.worker, name="push_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.page, name="offline"),
    path("offline/check-in/", views.check_in, name="offline_check_in"),
    path("offline/session/", views.session, name="offline_session"),
    path("offline/check-ins/", views.send, name="offline_send"),
    path("offline/device/", views.device, name="offline_device"),
    path("offline/sign-out/", views.sign_out, name="offline_sign_out"),
]
