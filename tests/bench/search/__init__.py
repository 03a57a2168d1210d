"""How fast a search is, and how fast MongoDB would be."""
