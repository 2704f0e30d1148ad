"""Moving the clock of a demo: what happens if nobody acts?"""
