"""The running product, seen from outside: real processes, a real browser."""
