"""The wizard that a campaign is written in: a page for each step, and each is saved for itself (C1 to C4, C14, W2)."""
