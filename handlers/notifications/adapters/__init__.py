"""Channels to people: the application itself, and the log."""
