"""The HTTP half of the hook service: who may call, what goes in and out, and what is kept of it."""
