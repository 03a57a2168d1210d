"""Rates that follow margin (C16): the arithmetic, and the catalogue's answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.products.catalogue import Product, Variant
from campaigns.domain.products.margins import rate_by_margin
from contracts.campaigns import Plan, Rate
from contracts.http.campaigns import NoRate
from contracts.money import Money
from tests.campaigns.kit import Campaigns, fields, found


def eur(amount: int | None) -> Money | None:
    return None if amount is None else Money(amount=amount, currency="EUR")


def a_product(price: int | None, cost: int | None, *variants: tuple[int | None, int | None]) -> Product:
    return Product(
        "17",
        price=eur(price),
        cost=eur(cost),
        variants=tuple(Variant(str(n), price=eur(of[0]), cost=eur(of[1])) for n, of in enumerate(variants)),
    )


@pytest.mark.parametrize(
    ("product", "share", "expected"),
    [
        pytest.param(a_product(10_000, 4_000), 3_000, 1_800, id="30 % of a margin of 60 %"),
        pytest.param(a_product(10_000, 0), 10_000, 10_000, id="all of it, of what costs nothing"),
        pytest.param(a_product(4_990, 1_820), 3_333, 2_117, id="floored: 2117.35..."),
        pytest.param(a_product(10_000, 4_000, (None, 7_000), (12_000, None)), 5_000, 1_500, id="the thinnest variant"),
        pytest.param(a_product(None, None, (10_000, 5_000), (None, None)), 5_000, 2_500, id="a variant that is known"),
        pytest.param(a_product(10_000, None), 5_000, NoRate.NO_COST, id="no cost"),
        pytest.param(a_product(None, 100), 5_000, NoRate.NO_PRICE, id="no price"),
        pytest.param(a_product(100, 100), 5_000, NoRate.NO_MARGIN, id="sold at its cost"),
        pytest.param(a_product(100, 200), 5_000, NoRate.NO_MARGIN, id="sold below it"),
        pytest.param(a_product(0, 0), 5_000, NoRate.NO_MARGIN, id="given away"),
        pytest.param(a_product(10_000, 9_999), 1, NoRate.NO_MARGIN, id="a share that rounds to nothing"),
    ],
)
def test_a_share_of_the_margin_is_a_percentage_of_the_price(product, share, expected):
    rate = expected if isinstance(expected, NoRate) else Rate(plan=Plan.PERCENT, basis_points=expected, product="17")
    assert rate_by_margin(product, share) == rate


AMOUNTS = st.integers(0, 10**12)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4), st.integers(1, 10_000))
def test_no_variant_pays_more_than_the_share_of_its_margin(variants, share):
    rate = rate_by_margin(a_product(None, None, *variants), share)
    if isinstance(rate, Rate):
        assert rate.basis_points is not None
        for price, cost in variants:
            assert rate.basis_points * price <= share * (price - cost)
    else:
        assert any(share * (price - cost) < price or not price for price, cost in variants)


FILE = "product_id,title,price,cost\n17,Lamp,49.90,18.20\n18,Bulb,9.90,\n19,Gift,5.00,5.00\n"


async def test_the_catalogue_answers_with_rows_and_with_what_has_none(service: Campaigns):
    await service.load(FILE)
    body = {"share": 3_333, "products": ["19", "17", "18", "17", "20"]}
    told = found(await service.brand("POST", "/v1/products/rates", body))
    assert [(rate["product"], rate["plan"], rate["basis_points"]) for rate in told["rates"]] == [
        ("17", "percent", 2_117)
    ]
    assert [(one["product"], one["reason"]) for one in told["without"]] == [
        ("19", "no-margin"),
        ("18", "no-cost"),
        ("20", "unknown-product"),
    ]
    others = found(await service.brand("POST", "/v1/products/rates", body, brand="b-2"))
    assert {one["reason"] for one in others["without"]} == {"unknown-product"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"share": 0, "products": ["17"]}, "share"),
        ({"share": 10_001, "products": ["17"]}, "share"),
        ({"share": 100, "products": []}, "products"),
        ({"share": 100, "products": [str(n) for n in range(51)]}, "products"),
    ],
)
async def test_what_is_no_question_is_refused_by_its_field(service: Campaigns, body, field):
    assert fields(await service.brand("POST", "/v1/products/rates", body)) == [field]
