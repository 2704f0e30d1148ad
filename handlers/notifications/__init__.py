"""Notices to people: written once, read in the reader's language."""
