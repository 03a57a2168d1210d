"""Discovery's API: creators to find, their figures, and files to import."""

from discovery.api import creators, imports, search, snapshots

routers = (search.router, creators.router, imports.router, snapshots.router)

__all__ = ["routers"]
