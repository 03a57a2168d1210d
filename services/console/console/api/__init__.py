"""The console's API: what its forms do, for programs."""

from console.api import entry, oauth, stores, third_parties

ROUTERS = (oauth.router, entry.readers, entry.router, stores.router, third_parties.router)
