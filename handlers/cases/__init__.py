"""After-sales cases: what a buyer asked for, what was decided, and where it stands."""
