"""What is measured of the search, each with what it answers."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# How long does a search take, page, total and facets together?
SECONDS: Final = Histogram("discovery_search_seconds", "Seconds of a search", buckets=(0.005, 0.02, 0.05, 0.2, 1, 5))
# Were there records on our own topic that are no profiles?
REFUSED: Final = Counter("discovery_search_records_refused", "Records on discovery.creators.v1 that can't be read")
# How often was an index made anew, and because it was torn?
MADE: Final = Counter("discovery_search_indexes_made", "Indexes made anew")
TORN: Final = Counter("discovery_search_indexes_torn", "Indexes that were not what was written")
# Is there an index to search in?
SERVES: Final = Gauge("discovery_search_serves", "1 while there is an index that has caught up")
