"""Which hospital systems may call the hook service: pages for admins."""
