"""The notifications capability."""
