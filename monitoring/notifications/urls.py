"""Addresses of messages, and of how people are reached."""

from django.urls import path

from monitoring.notifications.views import contacts, health, messages

urlpatterns = [
    path("messages/", messages.message_list, name="messages"),
    path("messages/read/", messages.mark_read, name="messages_read"),
    path("notifications/failed/", messages.failed, name="failed_messages"),
    path("notifications/outbox/", health.health, name="outbox_health"),
    path("notifications/<uuid:pk>/retry/", messages.retry, name="message_retry"),
    path("notifications/<uuid:pk>/dismiss/", messages.dismiss, name="message_dismiss"),
    path("contact/", contacts.contact, name="contact"),
    path("contact/number/", contacts.number_new, name="contact_number"),
    path("contact/number/confirm/", contacts.number_confirm, name="contact_confirm"),
    path("contact/browser/", contacts.browser_new, name="contact_browser"),
    path("contact/order/", contacts.contact_order, name="contact_order"),
    path("contact/<uuid:pk>/remove/", contacts.contact_remove, name="contact_remove"),
]
