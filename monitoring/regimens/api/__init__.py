"""The API of medicines, flags and screenings."""
