"""Addresses of the two lists, of finding anything, and of kept filters."""

from django.urls import path

from monitoring.search.views import find, kept, lists

urlpatterns = [
    path("alerts/", lists.worklist, name="worklist"),
    path("patients/", lists.patient_list, name="patient_list"),
    path("search/", find.search, name="search"),
    path("help/keys/", find.keys, name="keys"),
    path("filters/", kept.filter_list, name="saved_filters"),
    path("filters/new/", kept.filter_new, name="saved_filter_new"),
    path("filters/<uuid:pk>/rename/", kept.filter_rename, name="saved_filter_rename"),
    path("filters/<uuid:pk>/delete/", kept.filter_delete, name="saved_filter_delete"),
]
