"""The money desk: what finance must find out, agree on and put right."""
