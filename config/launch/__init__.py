"""The launcher: sets Evenkeel up on a bare machine and keeps its processes running.

Only the standard library is used here, because it runs before anything is installed.
"""
