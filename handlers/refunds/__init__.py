"""The refund capability."""
