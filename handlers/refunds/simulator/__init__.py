"""A payment provider in a process of its own: `python -m handlers.refunds.simulator`.

It behaves like a WeChat-Pay-like provider, keeps its own ledger of the money it moved (the
ground truth of tests), and misbehaves on request: see `faults`. It knows nothing of
Afterflow but what comes over HTTP.
"""
