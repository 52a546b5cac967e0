"""Medicines and what happens between them; knows no patient, no user and no clinic."""
