"""A collaboration: its states, offers, work and deadlines."""
