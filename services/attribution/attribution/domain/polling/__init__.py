"""Asking stores for their orders: what to ask, what an answer says, how far a pass has come. No I/O."""
