"""What is done about a time in which nobody watched: before the sweeps go on, while they catch up, and afterwards."""
