"""The pages of reading and agreeing: the patient's and the clinic's."""
