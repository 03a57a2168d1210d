import pytest

from discovery.domain.columns import Remembered, UnreadableFile, choose
from discovery.domain.fields import Field
from discovery.domain.suggesting import suggest

JUNE = (
    *("Tiktoker", "influencer name", "Subscribers count", "Subscribers count", "Views avg.", "Views avg."),
    *("Likes avg", "Likes avg", "Comments avg.", "Comments avg.", "Shares avg", "Shares avg"),
)


def fields(*header: str) -> dict[str, str]:
    return {field.value: header[places[0]] for field, places in suggest(header).by_header.items()}


def test_a_header_that_stands_twice_is_one_field():
    assert choose(JUNE, {}).of == {
        Field.HANDLE: (0,),
        Field.DISPLAY_NAME: (1,),
        Field.FOLLOWERS: (2, 3),
        Field.AVERAGE_VIEWS: (4, 5),
        Field.AVERAGE_LIKES: (6, 7),
        Field.AVERAGE_COMMENTS: (8, 9),
        Field.AVERAGE_SHARES: (10, 11),
    }


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param(
            ("Tiktoker name", "Tiktok name", "Subscribers"),
            {"handle": "Tiktoker name", "display_name": "Tiktok name", "followers": "Subscribers"},
            id="two names",
        ),
        pytest.param(
            ("Influencer insta name", "instagram name", "category_1", "Followers", "Engagement avg\n"),
            {"handle": "Influencer insta name", "display_name": "instagram name", "followers": "Followers"},
            id="instagram",
        ),
        pytest.param(
            ("S.no", "Instagram name", "Name", "Followers"),
            {"handle": "Instagram name", "display_name": "Name", "followers": "Followers"},
            id="the better name of two is left for the name",
        ),
        pytest.param(
            ("youtuber name", "channel name", "Category", "Subscribers", "avg views", "avg likes", "avg comments"),
            {
                "handle": "youtuber name",
                "display_name": "channel name",
                "followers": "Subscribers",
                "average_views": "avg views",
                "average_likes": "avg likes",
                "average_comments": "avg comments",
            },
            id="youtube",
        ),
        pytest.param(
            ("uniqueId", "nickName", "followerCount", "averagePlays", "platform"),
            {
                "network": "platform",
                "handle": "uniqueId",
                "display_name": "nickName",
                "followers": "followerCount",
                "average_views": "averagePlays",
            },
            id="camel case",
        ),
        pytest.param(
            ("username", "Follower growth", "Total likes", "Avg. engagement rate", "views", "Followers"),
            {"handle": "username", "followers": "Followers"},
            id="what counts something else is left alone",
        ),
        pytest.param(("Rank", "Country"), {}, id="nothing"),
    ],
)
def test_columns_are_suggested_by_what_their_headers_say(header, found):
    assert fields(*header) == found


def test_a_given_column_comes_before_what_its_header_suggests():
    columns = choose(("handle", "name", "fans", "Reach"), {"followers": "reach", "display_name": ""})
    assert columns.told() == {"handle": "handle", "followers": "Reach"}
    assert choose(JUNE, {"followers": "#4"}).of[Field.FOLLOWERS] == (3,)


def test_a_column_that_was_given_for_a_field_is_not_suggested_for_another():
    columns = choose(("user", "name"), {"handle": "name"})
    assert columns.told() == {"handle": "name"}


@pytest.mark.parametrize(
    ("header", "given", "about", "says"),
    [
        (("Rank", "Country"), {}, "mapping", 'the columns are "Rank", "Country"'),
        (("handle",), {"followers": "Fans"}, "mapping", 'there is no column "Fans" for followers'),
        (("handle",), {"followers": "#2"}, "mapping", 'there is no column "#2"'),
        (("handle",), {"$ne": "handle"}, "mapping", '"$ne" is no field; the fields are handle'),
        (("handle",), {"handle": ""}, "mapping", "no column looks like the creators' handles"),
        (("x",) * 5001, {}, "file", "5,001 columns"),
    ],
)
def test_what_can_not_be_mapped_is_said_with_what_is_there(header, given, about, says):
    with pytest.raises(UnreadableFile) as refused:
        choose(header, given)
    assert says in str(refused.value)
    assert refused.value.about == about


TOLD = {"followers": Remembered("Reach", "Fans")}


@pytest.mark.parametrize(
    ("header", "given", "followers", "by_memory"),
    [
        pytest.param(("handle", "Reach"), {}, 1, True, id="the file has it"),
        pytest.param(("handle", "Fans", "reach"), {}, 2, True, id="beside the header that it was named instead of"),
        pytest.param(("handle", "Reach", "Followers"), {}, 2, False, id="beside another header that says the same"),
        pytest.param(("handle", "Fans"), {}, 1, False, id="the file does not have it"),
        pytest.param(("handle", "Reach", "Fans"), {"followers": "Fans"}, 2, False, id="somebody says otherwise now"),
        pytest.param(("handle", "Reach", "Fans"), {"average_views": "Reach"}, 2, False, id="it is another field's now"),
        pytest.param(("handle", "Reach"), {"followers": ""}, None, False, id="it is left out now"),
    ],
)
def test_what_is_remembered_counts_where_nothing_newer_speaks(header, given, followers, by_memory):
    columns = choose(header, given, TOLD)
    assert columns.of.get(Field.FOLLOWERS) == (None if followers is None else (followers,))
    assert (Field.FOLLOWERS in columns.by_memory) is by_memory


def test_a_header_that_may_mean_much_is_no_reason_against_what_is_remembered():
    told = {"handle": Remembered("Wer")}
    assert choose(("Wer", "x", "Channel"), {}, told).of[Field.HANDLE] == (0,)
    assert choose(("Wer", "x", "user name"), {}, told).of[Field.HANDLE] == (2,)


@pytest.mark.parametrize(
    ("header", "given", "memory"),
    [
        pytest.param(
            ("handle", "Fans", "Reach"), {"followers": "reach"}, {"followers": ("Reach", "Fans")}, id="a header"
        ),
        pytest.param(("handle", "Fans", "Reach"), {"followers": "#3"}, {"followers": ("Reach", "Fans")}, id="a number"),
        pytest.param(("handle", "Fans", ""), {"followers": "#3"}, {}, id="a number without a header"),
        pytest.param(("handle", "Fans", "Fans"), {"followers": "#3"}, {}, id="a number whose header stands twice"),
        pytest.param(("handle", "Fans"), {"followers": ""}, {}, id="a field that is left out"),
    ],
)
def test_headers_are_remembered_and_nothing_else(header, given, memory):
    found = choose(header, given).memory
    assert {name: (one.title, one.instead_of) for name, one in found.items()} == memory


def test_what_is_said_of_one_field_leaves_the_others_remembered():
    memory = choose(("handle", "Reach", "Plays"), {"average_views": "Plays"}, TOLD).memory
    assert {name: one.title for name, one in memory.items()} == {"followers": "Reach", "average_views": "Plays"}
    assert choose(("handle", "Reach"), {"followers": ""}, TOLD).memory == {}


def test_a_header_is_remembered_for_the_last_field_that_it_was_named_for():
    memory = choose(("handle", "Reach"), {"average_views": "Reach"}, TOLD).memory
    assert {name: one.title for name, one in memory.items()} == {"average_views": "Reach"}
