"""Addresses of messages."""

from django.urls import path

from monitoring.notifications import views

urlpatterns = [
    path("messages/", views.message_list, name="messages"),
    path("messages/read/", views.mark_read, name="messages_read"),
    path("notifications/failed/", views.failed, name="failed_messages"),
    path("notifications/<uuid:pk>/retry/", views.retry, name="message_retry"),
    path("notifications/<uuid:pk>/dismiss/", views.dismiss, name="message_dismiss"),
]
