"""Discovery's API: creators to find, their figures, and files to import."""

from discovery.api import creators, fit, imports, pages, personas, policies, registrations, shortlists, snapshots

routers = (
    creators.router,
    pages.router,
    imports.router,
    snapshots.router,
    registrations.router,
    policies.router,
    fit.router,
    personas.router,
    shortlists.router,
)

__all__ = ["routers"]
