"""A small world to look at and to learn from. Never loaded in production.

Everybody and everything in it is invented; the same seed gives the same world.
"""
