"""The search: an index on this machine's disk that follows `discovery.creators.v1` and can be made anew at any time."""
