"""What somebody types at the door."""

PASSWORD = "correct horse battery"
