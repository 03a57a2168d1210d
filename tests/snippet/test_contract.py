"""The snippet, the files that put it into shops, and attribution's parsers use the same names and limits."""

import gzip
import re

import pytest

from attribution.domain.webhooks import click_ids
from attribution.redirect.settings import RedirectSettings
from attribution.settings import AttributionSettings
from chassis.ids import new_id
from tests.snippet.plugin import SNIPPET
from tests.snippet.shop import SCRIPT

SOURCE = SCRIPT.read_text(encoding="utf-8")
CODE = re.sub(r"/\*.*?\*/|//[^\n]*", "", SOURCE, flags=re.DOTALL)
LIQUID = (SNIPPET / "shopify" / "creator-clicks.liquid").read_text(encoding="utf-8")
PLUGIN = (SNIPPET / "woocommerce" / "creator-clicks.php").read_text(encoding="utf-8")


def test_as_many_ids_are_kept_as_attribution_reads():
    """MONEY 1."""
    assert f"var KEPT = {click_ids.KEPT};" in CODE
    assert re.search(rf"CREATOR_CLICKS_KEPT\s+= {click_ids.KEPT};", PLUGIN)


@pytest.mark.parametrize("settings", [AttributionSettings, RedirectSettings])
def test_the_parameter_s_name_is_the_one_that_links_and_webhooks_use(settings):
    name = settings.model_fields["click_parameter"].default
    assert f"setting('parameter', '{name}')" in CODE
    assert f"default: '{name}'" in LIQUID
    assert f"CREATOR_CLICKS_PARAMETER = '{name}';" in PLUGIN
    assert click_ids.is_parameter(name, name)
    assert click_ids.is_parameter(f"_{name}", name), "the plugin's key begins with an underscore"


def test_every_id_that_the_redirect_makes_has_the_shape_that_is_kept():
    [shape] = re.findall(r"var ID = /(.*)/;", CODE)
    assert f"'/{shape}/D'" in PLUGIN
    made = [new_id() for _ in range(100)]
    assert all(re.fullmatch(shape, one) for one in made)
    assert list(click_ids.in_value(",".join(made))) == made


def test_the_snippet_is_small_and_runs_where_only_old_syntax_does():
    assert len(gzip.compress(SCRIPT.read_bytes())) < 5 * 1024
    assert not re.search(r"=>|`|\b(let|const|class|async|await|import|export)\b|\.\.\.|\?\.|\?\?", CODE)


def test_the_files_for_shops_load_the_snippet_by_its_name():
    assert "'creator-clicks.js' | asset_url" in LIQUID
    assert "'creator-clicks.js'" in PLUGIN
    assert 'data-cart="shopify"' in LIQUID
    assert 'data-cart="form" data-keep="cookie"' in PLUGIN
