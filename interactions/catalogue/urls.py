"""Addresses of the catalogue."""

from django.urls import path

from interactions.catalogue import views

urlpatterns = [
    path("knowledge/", views.knowledge, name="knowledge"),
    path("knowledge/medicines/<str:key>/", views.medicine, name="knowledge_medicine"),
    path("knowledge/rules/<str:rule_id>/", views.rule, name="knowledge_rule"),
    path("knowledge/releases/", views.release_list, name="knowledge_releases"),
    path("knowledge/releases/<str:version>/", views.release, name="knowledge_release"),
]
