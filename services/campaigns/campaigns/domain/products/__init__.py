"""A brand's catalogue: files of it, and what orders show (C16)."""
