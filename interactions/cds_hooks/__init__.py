"""The hook service: what any electronic record may ask of the checker, by CDS Hooks 2.0."""
