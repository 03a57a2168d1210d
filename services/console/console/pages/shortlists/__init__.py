"""A brand's shortlists: who is on them, what changed about them, and how somebody comes onto one."""

from console.pages.shortlists import adding, alerts, lists

PAGES = (*alerts.PAGES, *adding.PAGES, *lists.PAGES)
