"""What staff see of a case: facts, money, the diagram and the timeline."""
