"""The policies capability."""
