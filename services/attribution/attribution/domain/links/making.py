"""How a link's target is made of what was asked for: page, UTM parameters, coupon (A1)."""

from collections.abc import Sequence
from urllib.parse import quote, unquote_plus, urlencode

from attribution.domain.links.targets import RefusedTargetError, accepted, allowed_host
from attribution.domain.refused import Refused
from contracts.attribution import UtmParameters
from contracts.http.attribution import CouponWay

LONGEST = 2000
"""What the contract lets a target have, and what browsers and networks take."""


def checked(destination: str, domains: Sequence[str], click_parameter: str) -> str:
    """The page as it will be served; raises `Refused` for what is not the brand's, or read differently by parsers."""
    try:
        page = accepted(destination, click_parameter)
    except RefusedTargetError as refused:
        raise Refused("destination", f"This address can't be used: {refused}.") from None
    if not domains:
        raise Refused("destination", "The brand has no domain yet: add the one that the page is on.")
    if not allowed_host(page, domains):
        raise Refused("destination", f"The address must be on one of the brand's domains: {', '.join(domains)}.")
    return page


def with_utm(page: str, utm: UtmParameters) -> str:
    """The page with those UTM parameters that it does not have, whatever they are there: none is ever doubled."""
    base, mark, fragment = page.partition("#")
    _, _, query = base.partition("?")
    there = {unquote_plus(pair.partition("=")[0]).casefold() for pair in query.split("&")}
    added = {f"utm_{name}": value for name, value in utm.model_dump(exclude_none=True).items()}
    encoded = urlencode({name: value for name, value in added.items() if name not in there}, quote_via=quote, safe="")
    if not encoded:
        return page
    joint = "?" if "?" not in base else "" if base.endswith(("?", "&")) else "&"
    return f"{base}{joint}{encoded}{mark}{fragment}"


def with_coupon(page: str, code: str, way: CouponWay, parameter: str) -> str:
    """The page with the code, in the store's way; a page that has one already is left alone."""
    base, mark, fragment = page.partition("#")
    path, question, query = base.partition("?")
    if way is CouponWay.PARAMETER:
        if any(unquote_plus(pair.partition("=")[0]).casefold() == parameter.casefold() for pair in query.split("&")):
            return page
        joint = "?" if not question else "" if base.endswith(("?", "&")) else "&"
        return f"{base}{joint}{urlencode({parameter: code}, quote_via=quote, safe='')}{mark}{fragment}"
    if way is CouponWay.SHOPIFY_DISCOUNT:
        scheme, host, inner = _parts(path)
        if inner.startswith("/discount/"):
            return page
        inner = f"{inner or '/'}{question}{query}{mark}{fragment}"
        return f"{scheme}//{host}/discount/{quote(code, safe='')}?redirect={quote(inner, safe='/')}"
    return page


def made(page: str, utm: UtmParameters, code: str | None, way: CouponWay, parameter: str) -> str:
    """A checked page with UTM parameters and code: the whole target but for the click's id."""
    target = with_utm(page, utm)
    if code is not None:
        target = with_coupon(target, code, way, parameter)
    if len(target) > LONGEST:
        raise Refused("destination", f"With all that is added the address is longer than {LONGEST} characters.")
    return target


def _parts(path: str) -> tuple[str, str, str]:
    scheme, _, rest = path.partition("//")
    host, slash, inner = rest.partition("/")
    return scheme, host, f"{slash}{inner}"
