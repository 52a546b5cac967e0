"""The pages about a patient's medicines, their flags and what is known of the patient."""
