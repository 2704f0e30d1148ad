"""A private PostgreSQL and a private Valkey: where they come from, how they are started.

`binaries` alone knows where the programs come from. Nothing here imports Django.
"""
