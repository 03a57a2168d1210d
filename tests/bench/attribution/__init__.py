"""`make bench-attribution`: clicks and orders that wait on Kafka, until all is decided, against two other ways."""
