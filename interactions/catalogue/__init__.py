"""Knowledge in view: look a medicine up, read a rule with its sources, compare releases. No patient appears here."""
