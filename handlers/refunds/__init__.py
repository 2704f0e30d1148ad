"""Refunds: money on its way back. A diagram asks; this capability decides whether it moves.

Others use `handlers.refunds.api` only.
"""
