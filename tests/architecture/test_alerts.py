"""The alert rules for Prometheus speak of metrics that there are, and lead to a page that says what to do."""

import re
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import chassis.metrics
import discovery.jobs
from tests.architecture.house_rules import ROOT

RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DECLARED = (chassis.metrics, discovery.jobs)
"""Where the metrics of these rules are declared; importing them registers each by its name."""


def there_are() -> dict[str, str]:
    """Every metric by the name that it is scraped under, with its kind."""
    assert all(DECLARED)
    return {
        f"{family.name}_total" if family.type == "counter" else family.name: family.type
        for family in REGISTRY.collect()
    }


def named(rule: dict[str, Any]) -> set[str]:
    """The metrics that a rule's expression names: all its words with an underscore."""
    return set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", rule["expr"]))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_metric_that_a_rule_names_exists(rule):
    assert named(rule)
    assert named(rule) - set(there_are()) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_rule_leads_to_a_page_that_speaks_of_its_metric(rule):
    page = (ROOT / rule["annotations"]["runbook"]).read_text("utf-8")
    assert all(f"`{name}`" in page for name in named(rule))


def test_there_is_a_rule_for_everything_that_waits_unseen():
    assert set().union(*map(named, RULES)) == {
        "consumer_stopped",
        "consumer_loop_turned_timestamp_seconds",
        "dead_letters_total",
        "outbox_oldest_seconds",
        "discovery_erasures_overdue",
    }
