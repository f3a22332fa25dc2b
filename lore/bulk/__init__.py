"""Lore as files: what each kind of thing looks like written down, and both ways between a folder and the database."""
