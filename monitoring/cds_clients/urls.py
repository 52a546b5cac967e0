"""Addresses of the admins' pages about hospital systems."""

from django.urls import path

from monitoring.cds_clients import views

urlpatterns = [
    path("cds-clients/", views.client_list, name="cds_clients"),
    path("cds-clients/new/", views.client_new, name="cds_client_new"),
    path("cds-clients/<uuid:pk>/", views.client_detail, name="cds_client"),
    path("cds-clients/<uuid:pk>/change/", views.client_change, name="cds_client_change"),
    path("cds-clients/<uuid:pk>/on/", views.client_switch_on, name="cds_client_switch_on"),
    path("cds-clients/<uuid:pk>/off/", views.client_switch_off, name="cds_client_switch_off"),
]
