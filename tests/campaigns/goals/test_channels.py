"""The channel matrix: what is shipped, what a brand changes, and what it says against a choice."""

import pytest

from campaigns.domain import channels
from campaigns.domain.channels import SHIPPED
from contracts.campaigns import Channel, Suits, Trait
from tests.campaigns.builders import a_draft, a_work
from tests.campaigns.kit import Campaigns, fields, found, problem

D10 = """
           | open-reach | visual | casual    | professional | detailed
tiktok     | yes        | yes    | strongest | no           | no
youtube    | yes        | yes    | open      | open         | yes
snapchat   | no         | open   | open      | open         | open
instagram  | open       | yes    | open      | no           | open
pinterest  | open       | yes    | open      | no           | open
linkedin   | open       | open   | no        | yes          | yes
facebook   | open       | open   | open      | open         | open
x          | open       | open   | open      | open         | open
"""
"""Every cell, as the requirement has it; `open` is what it leaves to judgement."""


def the_cells() -> dict[tuple[str, str], str]:
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in D10.strip("\n").splitlines())
    return {(row[0], trait): said for row in rows for trait, said in zip(head[1:], row[1:], strict=True)}


def test_the_shipped_table_is_d10_s_cell_by_cell():
    names = {Suits.JUDGE: "open", Suits.STRONGEST: "strongest", Suits.YES: "yes", Suits.NO: "no"}
    shipped = {
        (channel.value, trait.value): names[suits] for channel, row in SHIPPED.items() for trait, suits in row.items()
    }
    assert len(the_cells()) == 40
    assert shipped == the_cells()


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("trait", list(Trait))
def test_a_warning_is_there_exactly_where_the_table_says_no(channel, trait):
    warned = [each.says for each in channels.against(SHIPPED, [channel], [trait])]
    assert bool(warned) is (SHIPPED[channel][trait] is Suits.NO)
    assert all(channels.NAMES[channel] in sentence for sentence in warned)


def test_a_warning_names_what_suits_better_the_strongest_first():
    (against,) = channels.against(SHIPPED, [Channel.LINKEDIN], [Trait.CASUAL])
    assert "Better: TikTok." in against.says
    assert channels.suited(SHIPPED, [Trait.VISUAL]) == (
        Channel.TIKTOK,
        Channel.YOUTUBE,
        Channel.INSTAGRAM,
        Channel.PINTEREST,
    )
    assert channels.suited(SHIPPED, []) == ()


async def test_what_speaks_against_a_channel_is_told_as_data_beside_the_words(service: Campaigns):
    asked = {"channels": ["linkedin", "tiktok", "snapchat"], "needs": ["casual", "open-reach"]}
    told = found(await service.brand("POST", "/v1/channels/advice", asked))
    assert [(each["channel"], each["traits"], each["better"]) for each in told["against"]] == [
        ("linkedin", ["casual"], ["tiktok"]),
        ("snapchat", ["open-reach"], ["tiktok"]),
    ]
    assert [each["says"] for each in told["against"]] == told["warnings"]


async def test_a_draft_is_warned_of_the_platforms_that_its_deliverables_are_for_too(service: Campaigns):
    work = [a_work(platform=platform) for platform in ("tiktok", "twitch", "tiktok", "instagram")]
    terms = a_draft(terms={"deliverables": work})["terms"]
    asked = {"channels": ["linkedin"], "needs": ["casual", "professional"], "terms": terms}
    draft = found(await service.brand("POST", "/v1/drafts", asked), 201)
    assert [each["channel"] for each in draft["against"]] == ["linkedin", "tiktok", "instagram"]
    assert [each["says"] for each in draft["against"]] == draft["warnings"]


async def test_a_campaign_is_warned_of_a_channel_that_does_not_suit_its_product(service: Campaigns):
    told = await service.drafted(brief={"channels": ["linkedin", "tiktok"], "needs": ["casual"]})
    (sentence,) = told["warnings"]
    assert sentence.startswith("LinkedIn is a poor place for a casual product.")
    assert told["status"] == "draft"


async def test_a_campaign_is_warned_of_the_platforms_that_its_deliverables_are_for_too(service: Campaigns):
    work = [a_work(platform=platform) for platform in ("tiktok", "twitch")]
    told = await service.drafted(brief={"needs": ["professional"]}, terms={"deliverables": work})
    assert [each["channel"] for each in told["against"]] == ["tiktok"]
    assert [each["says"] for each in told["against"]] == told["warnings"]


async def test_a_brand_s_own_cells_count_for_its_campaigns_and_nobody_else_s(service: Campaigns):
    mine = {"channels": {"linkedin": {"casual": "yes"}, "facebook": {"visual": "no"}}}
    changed = found(await service.brand("PUT", "/v1/channels", mine))
    assert changed["changed"] == {"linkedin": ["casual"], "facebook": ["visual"]}
    assert changed["channels"]["tiktok"]["casual"] == "strongest"
    asked = {"channels": ["linkedin", "facebook"], "needs": ["casual", "visual"]}
    told = found(await service.brand("POST", "/v1/channels/advice", asked))
    assert [sentence.split()[0] for sentence in told["warnings"]] == ["Facebook"]
    theirs = found(await service.brand("POST", "/v1/channels/advice", asked, brand="b-2"))
    assert [sentence.split()[0] for sentence in theirs["warnings"]] == ["LinkedIn"]
    draft = await service.drafted(brief=asked)
    assert len(draft["warnings"]) == 1
    assert len(found(await service.brand("GET", f"/v1/campaigns/{draft['id']}"))["warnings"]) == 1


async def test_cells_that_are_left_out_are_as_shipped_again(service: Campaigns):
    found(await service.brand("PUT", "/v1/channels", {"channels": {"x": {"visual": "no"}}}))
    told = found(await service.brand("PUT", "/v1/channels", {"channels": {}}))
    assert (told["changed"], told["revision"]) == ({}, 2)


async def test_of_two_who_change_the_table_the_second_is_told(service: Campaigns):
    answer = await service.brand("GET", "/v1/channels")
    seen = answer.headers["etag"]
    found(await service.brand("PUT", "/v1/channels", {"channels": {}}, if_match=seen))
    again = await service.brand("PUT", "/v1/channels", {"channels": {"x": {"visual": "no"}}}, if_match=seen)
    assert problem(again, 412)


@pytest.mark.parametrize(
    "body",
    [
        {"channels": {"myspace": {"visual": "yes"}}},
        {"channels": {"x": {"loud": "yes"}}},
        {"channels": {"x": {"visual": "perhaps"}}},
        {"channels": {"x": {"visual": {"$ne": 1}}}},
        {"channels": []},
        {},
    ],
)
async def test_what_is_no_table_is_422(service: Campaigns, body):
    assert fields(await service.brand("PUT", "/v1/channels", body))


async def test_a_brief_takes_known_channels_only(service: Campaigns):
    answer = await service.brand("POST", "/v1/campaigns", a_draft(brief={"channels": ["myspace"]}))
    assert fields(answer) == ["brief.channels.0"]
