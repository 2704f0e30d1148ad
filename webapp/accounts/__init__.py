"""People: who they are, whose house they belong to, how they like their screens."""
