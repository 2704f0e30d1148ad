"""The inbox of staff: what there is to do, and the form that does it."""
