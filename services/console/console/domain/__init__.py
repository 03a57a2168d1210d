"""The console's rules, without I/O: codes, sessions, keys, origins, accounts."""
