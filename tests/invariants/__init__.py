"""The invariants of the specification, searched for violations on real PostgreSQL."""
