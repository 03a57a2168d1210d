"""What campaigns keeps of brands and profiles."""

from campaigns.store.collections import BRANDS, PROFILES
from chassis.tx import Tx
from contracts.console import BrandDetails
from contracts.discovery import Profile


class KeepsBrands(Tx):
    """Copies of brands and profiles, as they were last heard."""

    async def keep_brand(self, brand: str, details: BrandDetails) -> None:
        """Remember a brand's name, domains and currency."""
        await self.db[BRANDS].replace_one(
            {"_id": brand}, details.model_dump(mode="json"), upsert=True, session=self.session
        )

    async def keep_profile(self, profile: Profile) -> None:
        """Remember who can be invited, and who claims the profile."""
        document = profile.model_dump(mode="json", exclude_none=True, exclude={"id"})
        await self.db[PROFILES].replace_one({"_id": profile.id}, document, upsert=True, session=self.session)
