"""Runs the WooCommerce plugin in PHP, on as much of WordPress as it calls."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

SNIPPET = Path(__file__).parents[2] / "deploy" / "snippet"
PHP = shutil.which("php")
PLUGIN = SNIPPET / "woocommerce" / "creator-clicks.php"
WORDPRESS = Path(__file__).with_name("wordpress.php")
CLASSIC = "woocommerce_checkout_create_order"
BLOCKS = "woocommerce_store_api_checkout_update_order_from_request"
needs_php = pytest.mark.skipif(PHP is None, reason="needs PHP: apt install php-cli")


def checkout(post: Mapping[str, Any], cookie: Mapping[str, Any], hook: str = CLASSIC) -> dict[str, Any]:
    """What the plugin leaves in a new order's `meta_data`, and the `tags` of the shop's pages."""
    given = {"plugin": str(PLUGIN), "hook": hook, "post": post, "cookie": cookie}
    done = subprocess.run(
        [str(PHP), str(WORDPRESS)], input=json.dumps(given).encode(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found
