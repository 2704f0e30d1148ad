"""Orders as after-sales sees them: what was paid, what may still be refunded.

Others use `handlers.orders.api` only.
"""
