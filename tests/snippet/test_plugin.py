"""The WooCommerce plugin, run by PHP: which ids end in an order's meta data, and the tag that loads the snippet."""

import re

import pytest

from attribution.domain.webhooks import click_ids
from chassis.ids import new_id
from tests.attribution.webhooks.builders import a_woo_order, from_woo, snapshot_of
from tests.snippet.plugin import BLOCKS, CLASSIC, checkout, needs_php

pytestmark = needs_php
FIRST, SECOND = "01937030-8091-7000-8000-000000000001", "01937030-8091-7000-8000-000000000002"


def read(meta_data: list[dict[str, object]]) -> tuple[str, ...]:
    """As attribution reads them in the order's webhook."""
    return snapshot_of(from_woo("order.created", a_woo_order(meta_data=meta_data))).click_ids or ()


@pytest.mark.parametrize("hook", [CLASSIC, BLOCKS], ids=["classic checkout", "checkout of blocks"])
@pytest.mark.parametrize(
    ("post", "cookie", "ids"),
    [
        pytest.param({"cclid": f"{FIRST},{SECOND}"}, {}, (FIRST, SECOND), id="the form's field"),
        pytest.param(
            {}, {"creator_clicks": f"{FIRST}.1700000000000|{SECOND}.1700000000001"}, (FIRST, SECOND), id="cookie"
        ),
        pytest.param(
            {"cclid": SECOND}, {"creator_clicks": f"{FIRST}.1700000000000"}, (SECOND,), id="field before cookie"
        ),
        pytest.param({"cclid": ""}, {"creator_clicks": f"{FIRST}.1700000000000"}, (), id="a field emptied: no consent"),
        pytest.param({"cclid": f" {FIRST} ,{FIRST}, {SECOND}"}, {}, (FIRST, SECOND), id="blanks and repetition"),
        pytest.param({}, {}, (), id="nothing"),
    ],
)
def test_the_ids_of_a_checkout_end_in_meta_data_that_attribution_reads(hook, post, cookie, ids):
    assert read(checkout(post, cookie, hook)["meta_data"]) == ids


def test_the_newest_are_kept_as_many_as_attribution_reads():
    made = [new_id() for _ in range(click_ids.KEPT + 5)]
    assert read(checkout({"cclid": ",".join(made)}, {})["meta_data"]) == tuple(made[-click_ids.KEPT :])


@pytest.mark.parametrize(
    "value",
    [
        "short",
        "x" * 65,
        f"{FIRST}\n",
        "<script>alert(1)</script>",
        "a" * 1_000_000,
        "," * 100_000,
        "०१९३७०३०-८०९१",
        {"$ne": None},
        ["01937030-8091"],
        "'; DROP TABLE wp_posts; --",
    ],
    ids=lambda value: repr(value)[:24],
)
@pytest.mark.parametrize("way", ["field", "cookie"])
def test_what_is_no_click_id_is_left_out_without_a_warning(value, way):
    post, cookie = ({"cclid": value}, {}) if way == "field" else ({}, {"creator_clicks": value})
    kept = [one["value"] for one in checkout(post, cookie)["meta_data"]]
    assert kept in ([], [FIRST])
    assert kept == [] or value == f"{FIRST}\n", "a line's end around an id is trimmed"


def test_the_snippet_s_tag_has_its_settings_and_other_tags_stay_as_they_are():
    tags = checkout({}, {})["tags"]
    assert re.match(
        r'<script defer data-cart="form" data-keep="cookie" data-parameter="cclid" src="https://shop\.example/'
        r'wp-content/plugins/creator-clicks/creator-clicks\.js\?ver=1"',
        tags["creator-clicks"],
    )
    assert tags["jquery"] == '<script src="https://shop.example/jquery.js"></script>'
