"""Policies: the timers, limits and calendars a case lives by, versioned and then never changed.

Others use `handlers.policies.api` only.
"""
