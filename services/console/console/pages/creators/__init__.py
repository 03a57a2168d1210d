"""Creators for brands: finding them, judging one, comparing some, inviting."""

from console.pages.creators import compare, explore, inviting, page

PAGES = (*explore.PAGES, *compare.PAGES, *page.PAGES, *inviting.PAGES)
