"""Starts the whole product under one process that no child outlives: `make run`.

Not needed where a platform runs the processes; what it starts stands in `product`.
"""
