"""How a service's process begins."""

import subprocess
import sys

import pytest

COUNTING = """
import gc
looked = []
gc.callbacks.append(lambda phase, info: looked.append(phase))
import {service}.__main__
print(len(looked) < 20, gc.get_freeze_count() > 100_000, gc.isenabled())
"""


@pytest.mark.parametrize("service", ["discovery", "campaigns", "attribution", "notifications", "console"])
def test_a_service_is_imported_without_a_look_for_garbage_and_looks_for_it_later(service: str) -> None:
    code = COUNTING.format(service=service)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True", "True"]
