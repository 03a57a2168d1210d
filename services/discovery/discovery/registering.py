"""Registrations as the API takes and answers them: what can't be is named, and only the account itself is answered."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import iso4217
from babel import Locale

from contracts.http.discovery import (
    EligibilityOut,
    RegistrationIn,
    RegistrationOut,
    RuleOut,
    RuleVerdict,
    ShippingAddress,
)
from discovery.domain.eligibility import Judgement, Policy, age_at, judge
from discovery.domain.profiles import ProfileRecord, facts_of
from discovery.domain.registration import Details, Private, Registration
from discovery.domain.rows import network_of

ENGLISH: Final = Locale("en")
NO_COUNTRIES: Final = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
"""Two letters that stand for something else."""
COUNTRIES: Final = frozenset(c for c in map(str, ENGLISH.territories) if re.fullmatch("[A-Z]{2}", c)) - NO_COUNTRIES
LANGUAGES: Final = frozenset(code for code in map(str, ENGLISH.languages) if re.fullmatch("[a-z]{2,3}", code))
CURRENCIES: Final = frozenset(currency.code for currency in iso4217.Currency if currency.exponent is not None)
OLDEST: Final = 120


def wrong(said: RegistrationIn, now: datetime) -> list[tuple[str, str]]:
    """What can't be, by field, for a person."""
    found = []
    for name in ("country", "shipping_country"):
        code = getattr(said, name)
        if code is not None and code not in COUNTRIES:
            found.append((name, f"There is no country {code}."))
    found += [
        (f"languages.{place}", f"There is no language {code}.")
        for place, code in enumerate(said.languages)
        if code not in LANGUAGES
    ]
    found += [
        (f"rates.{place}.currency", f"There is no currency {rate.currency}.")
        for place, rate in enumerate(said.rates)
        if rate.currency not in CURRENCIES
    ]
    named = [(rate.deliverable, rate.currency) for rate in said.rates]
    found += [
        (f"rates.{place}", "There is a rate for this deliverable in this currency already.")
        for place, pair in enumerate(named)
        if pair in named[:place]
    ]
    if len(set(said.categories)) < len(said.categories):
        found.append(("categories", "One of these stands here twice."))
    if said.birth_date is not None and not 0 <= age_at(said.birth_date, now) <= OLDEST:
        found.append(("birth_date", "Nobody was born on that day."))
    return found


def registration_in(said: RegistrationIn, *, account: str, profile: str, code: str, now: datetime) -> Registration:
    """What an account says, as it is kept."""
    return Registration(
        account=account,
        profile=profile,
        network=network_of(said.network),
        handle=said.handle.removeprefix("@"),
        display_name=" ".join(said.display_name.split()),
        details=Details(
            said_by=account,
            display_name=" ".join(said.display_name.split()),
            country=said.country,
            city=said.city.strip(),
            languages=tuple(dict.fromkeys(said.languages)),
            categories=said.categories,
            bio=said.bio.strip(),
            rates=said.rates,
            availability=said.availability,
            shipping_country=said.shipping_country,
            social_links=said.social_links,
        ),
        private=Private(
            birth_date=said.birth_date,
            phone=said.phone.strip(),
            shipping_name=said.shipping.name,
            shipping_lines=said.shipping.lines,
            shipping_postcode=said.shipping.postcode,
            shipping_city=said.shipping.city,
        ),
        code=code,
        registered_at=now,
    )


def registration_out(
    kept: Registration,
    profile: ProfileRecord | None,
    policies: Sequence[Policy],
    now: datetime,
    networks: Collection[str],
) -> RegistrationOut:
    """The account's own view: everything that it said, and each market's rules by its own birth date.

    `networks` are those whose bios can be looked at.
    """
    proven_by = profile.proven_by if profile is not None else None
    details, private = kept.details, kept.private
    return RegistrationOut(
        profile=kept.profile,
        network=kept.network,
        handle=kept.handle,
        display_name=kept.display_name,
        photo=details.photo,
        country=details.country,
        city=details.city,
        languages=details.languages,
        categories=details.categories,
        bio=details.bio,
        rates=details.rates,
        availability=details.availability,
        shipping_country=details.shipping_country,
        social_links=details.social_links,
        birth_date=private.birth_date,
        phone=private.phone,
        shipping=ShippingAddress(
            name=private.shipping_name,
            lines=private.shipping_lines,
            postcode=private.shipping_postcode,
            city=private.shipping_city,
        ),
        code=kept.code,
        provable=kept.network in networks,
        proven=proven_by == kept.account,
        proven_at=kept.proven_at,
        proven_by_another=proven_by not in (None, kept.account),
        eligibility=() if profile is None else _eligibility(profile, private.birth_date, policies, now),
    )


def claimed_out(
    profile: ProfileRecord, account: str, policies: Sequence[Policy], now: datetime, networks: Collection[str]
) -> RegistrationOut:
    """The view of an account that claims a profile and has said nothing of it: what lists say, and no other's words."""
    return RegistrationOut(
        profile=profile.id,
        network=profile.network,
        handle=profile.handle,
        display_name=profile.display_name if profile.details is None else "",
        code="",
        provable=profile.network in networks,
        proven=False,
        proven_by_another=profile.proven_by not in (None, account),
        eligibility=_eligibility(profile, None, policies, now),
    )


def _eligibility(
    profile: ProfileRecord, birth_date: date | None, policies: Sequence[Policy], now: datetime
) -> tuple[EligibilityOut, ...]:
    facts = facts_of(profile, birth_date, now)
    return tuple(_by(judge(policy, facts, now)) for policy in policies)


def _by(judgement: Judgement) -> EligibilityOut:
    return EligibilityOut(
        market=judgement.market,
        standing=judgement.standing,
        rules=tuple(
            RuleOut(rule=r.rule, verdict=RuleVerdict(r.verdict), have=r.have, need=r.need, gap=r.gap)
            for r in judgement.rules
        ),
    )
