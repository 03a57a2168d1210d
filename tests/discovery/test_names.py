"""Whose name a profile shows: the owner's word before any list's, also where it was cleared (D1, decision 21)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.discovery.builders import NOON
from tests.discovery.test_erasure import imported
from tests.discovery.test_registrations import KRISTA, a_body, a_creator, state
from tests.discovery.test_snapshots import a_look, an_observation, observe

A_LIST = "handle,name,followers\nkrista.makes,Name of the List,221.7K\n"


@pytest.mark.parametrize("is_proven", [False, True])
async def test_no_list_and_no_snapshot_renames_a_registered_creator(app, context, is_proven):
    async with a_creator(app) as creator:
        code = (await creator.put("/v1/me/profiles", json=a_body())).json()["code"]
        if is_proven:
            app.state.bios.shown["tiktok", "Krista.Makes"] = code
            assert (await creator.post(f"/v1/me/profiles/{KRISTA}/proof")).status_code == 200
    await imported(context, A_LIST)
    later = replace(a_look(), at=NOON + timedelta(days=4000), display_name="Name of the Snapshot")
    await observe(context, an_observation(later))
    assert (await state(context)).display_name == "Krista Lindqvist"


async def test_the_forms_name_replaces_a_lists_before_any_proof_too(app, context):
    await imported(context, A_LIST)
    assert (await state(context)).display_name == "Name of the List"
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
    assert (await state(context)).display_name == "Krista Lindqvist"


async def test_a_name_that_was_cleared_is_no_longer_public(app, context):
    await imported(context, A_LIST)
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
        own = (await creator.put("/v1/me/profiles", json=a_body(display_name=""))).json()
    assert (own["display_name"], (await state(context)).display_name) == ("", "")
