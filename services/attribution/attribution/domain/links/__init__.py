"""Links: where they may lead, what they tell stores, what they are called, and whether they lead on (A1)."""
