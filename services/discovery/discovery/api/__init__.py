"""Discovery's API: creators to find, their figures, and files to import."""

from discovery.api import creators, imports, snapshots

routers = (creators.router, imports.router, snapshots.router)

__all__ = ["routers"]
