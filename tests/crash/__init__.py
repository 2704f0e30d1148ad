"""Real processes, killed on purpose: does the money still move exactly once?"""
