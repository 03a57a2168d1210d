"""Every filter of the API has its field on Explore, and what a field says arrives (D5)."""

import re

from contracts.http.discovery import CreatorQuery
from tests.console import sample, sample_kept
from tests.console.test_explore import asked_of_search

ELSEWHERE = {
    "facets": "the page always divides what it finds",
    "limit": "the page's own",
    "cursor": "the page's links",
}
"""What the API takes and the form has no field for, and why."""
TYPED = {"fit_sales": {"fit_sales_low", "fit_sales_high"}}
TYPED["audience"] = {f"audience_{kind}{end}" for kind in ("age", "gender", "country") for end in ("", "_share")}
ONE_OF_EACH = [
    ("text", "serum", "serum"),
    ("sort", "growth", "growth"),
    ("country", "Italy", "IT"),
    ("city", "Torino", "Torino"),
    ("language", "Italian", "it"),
    ("network", "tiktok", "tiktok"),
    ("min_followers", "1,000", "1000"),
    ("max_followers", "2,000", "2000"),
    ("min_average_views", "10", "10"),
    ("max_average_views", "20", "20"),
    ("min_engagement", "2.5", "250"),
    ("max_engagement", "3.5", "350"),
    ("min_reach", "2.5", "250"),
    ("max_reach", "3.5", "350"),
    ("min_growth", "-2.5", "-250"),
    ("max_growth", "3.5", "350"),
    ("min_videos_per_week", "2.5", "250"),
    ("max_videos_per_week", "3.5", "350"),
    ("min_on_time", "90", "9000"),
    ("min_price", "100", "10000"),
    ("max_price", "200.50", "20050"),
    ("min_gpm", "1", "100"),
    ("max_gpm", "2", "200"),
    ("influencer_type", "peer", "peer"),
    ("availability", "open", "open"),
    ("standing", "unverified", "unverified"),
    ("worked_with_us", "no", "false"),
    ("claimed", "yes", "true"),
    ("not_in_campaign", sample.CAMPAIGN, sample.CAMPAIGN),
    ("shortlist", sample_kept.SHORTLIST, sample_kept.SHORTLIST),
    ("fit_campaign", sample.CAMPAIGN, sample.CAMPAIGN),
    ("fit_persona", sample_kept.PERSONA, sample_kept.PERSONA),
    ("fit_category", "beauty", "beauty"),
    ("fit_type", "peer", "peer"),
    ("fit_budget", "10", "1000"),
    ("fit_fee", "10", "1000"),
    ("fit_product_cost", "10", "1000"),
    ("fit_shipping", "10", "1000"),
    ("fit_other_costs", "10", "1000"),
    ("category", "beauty", "beauty"),
]
"""A field, what somebody types or chooses, and what discovery is asked."""
WITH_OTHERS = {"currency", "deliverable", "market"}
"""Fields that say nothing alone; `test_explore.py` asks them with others."""


async def fields_of(browser) -> set[str]:
    page = (await browser.get("/creators")).text
    form = re.search(r'<form[^>]*id="filters".*?</form>', page, re.DOTALL)
    assert form is not None
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', form.group()))


async def test_every_filter_of_the_api_has_its_field(signed_in):
    fields = await fields_of(signed_in["brand"])
    wanted = {field for name in CreatorQuery.model_fields if name not in ELSEWHERE for field in TYPED.get(name, {name})}
    assert fields == wanted


def test_each_field_is_tried():
    tried = {name for name, _, _ in ONE_OF_EACH} | WITH_OTHERS | TYPED.keys()
    assert tried == CreatorQuery.model_fields.keys() - ELSEWHERE.keys()


async def test_what_one_field_says_with_all_others_empty_is_what_is_asked(console, signed_in):
    brand = signed_in["brand"]
    boxes = {"network", "category", "influencer_type", "availability", "standing"}  # not ticked they send nothing
    empty = dict.fromkeys(await fields_of(brand) - boxes, "")
    for name, typed, asked in ONE_OF_EACH:
        answer = await brand.get("/creators", params=empty | {name: typed})
        assert answer.status_code == 303, f"{name}: to the address without empty fields"
        page = await brand.get(answer.headers["location"])
        assert page.status_code == 200, name
        assert asked_of_search(console)[name] == asked, name
