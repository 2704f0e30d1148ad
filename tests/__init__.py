"""The tests mirror the house; a package, so that `tests.forms` is never taken for `forms`."""
