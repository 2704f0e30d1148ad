"""The business, one folder per capability; each reaches another only through its `api`."""
