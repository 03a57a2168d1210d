"""Discovery's settings: those of every service."""

from chassis.settings import ServiceSettings


class DiscoverySettings(ServiceSettings):
    """Each is an environment variable in capitals."""
