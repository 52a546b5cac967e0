"""The writing half of the hook service: cards for what was found and for what could not be checked."""
