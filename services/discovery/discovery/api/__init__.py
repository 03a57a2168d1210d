"""Discovery's API: creators to find, their figures, and files to import."""

from discovery.api import (
    creators,
    data,
    erasures,
    fit,
    imports,
    pages,
    personas,
    photos,
    policies,
    registrations,
    search,
    shortlists,
    snapshots,
)

routers = (
    search.router,
    creators.router,
    pages.router,
    imports.router,
    snapshots.router,
    registrations.router,
    photos.router,
    policies.router,
    fit.router,
    personas.router,
    shortlists.router,
    erasures.router,
    data.router,
)

__all__ = ["routers"]
