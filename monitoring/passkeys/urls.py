"""Addresses of passkeys: signing in with one, and one's own list."""

from django.urls import path

from monitoring.passkeys import views

urlpatterns = [
    path("login/passkey/", views.sign_in, name="passkey_sign_in"),
    path("login/passkey/options/", views.sign_in_options, name="passkey_sign_in_options"),
    path("passkeys/", views.passkey_list, name="passkeys"),
    path("passkeys/new/", views.passkey_new, name="passkey_new"),
    path("passkeys/new/options/", views.passkey_options, name="passkey_options"),
    path("passkeys/<uuid:pk>/name/", views.passkey_rename, name="passkey_rename"),
    path("passkeys/<uuid:pk>/remove/", views.passkey_remove, name="passkey_remove"),
]
