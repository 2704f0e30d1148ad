"""The service tasks of this capability (owner fills this in)."""
