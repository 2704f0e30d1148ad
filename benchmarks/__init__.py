"""What is measured, against whom, as ratios in one run. Start it with `python -m benchmarks`.

No figure here stands alone: a machine is fast or slow, busy or idle. Each one is divided by
a peer or by a limit that was measured in the same minutes, round by round in turns.
"""
