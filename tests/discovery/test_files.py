"""Files as people send them: mapped by headers and values, read as last time, and no file breaks the import (D4)."""

import gzip
import io
import zipfile
from typing import Any

import pytest

from discovery.domain.columns import UnreadableFile
from discovery.imports import Options, Progress, run_import
from discovery.store.imports import ElsewhereError
from tests.discovery.builders import handles, in_parts, read

ROWS = "".join(f"@anna{n},{n + 1}.5K,Anna {n}\n" for n in range(20))


def test_handles_are_known_by_their_values_where_no_header_says_so():
    good, bad, reading = read(f"Kolumni A,Seuraajat,Nimi\n{ROWS}")
    assert (handles(good)[:2], bad) == (["anna0", "anna1"], [])
    assert reading.columns.told()["handle"] == "Kolumni A"
    assert good[0].figures.followers == 1500


def test_addresses_of_profiles_are_handles_too():
    rows = "".join(f"https://www.tiktok.com/@bert{n};{n}00\n" for n in range(10))
    good, _, _ = read(f"Wo;Abonnenten\n{rows}")
    assert handles(good)[0] == "bert0"


def test_networks_are_known_by_their_values():
    rows = "".join(f"carl{n},{('Instagram', 'YouTube')[n % 2]},5\n" for n in range(10))
    good, _, _ = read(f"username,Where,followers\n{rows}")
    assert [row.network for row in good[:2]] == ["instagram", "youtube"]


def test_a_header_that_its_values_contradict_is_not_believed():
    rows = "".join(f"dora{n},loyal and kind,{n}000\n" for n in range(10))
    good, bad, reading = read(f"username,Followers,Subscribers\n{rows}")
    assert (bad, reading.columns.told()["followers"]) == ([], "Subscribers")
    assert good[3].figures.followers == 3000


def test_the_only_column_of_counts_is_followers_where_no_header_says_so():
    rows = "".join(f"@anna{n},{n + 1}.5K,Oulu\n" for n in range(20))
    good, bad, reading = read(f"Kuka,Yleisö,Kaupunki\n{rows}")
    assert (good[0].figures.followers, bad) == (1500, [])
    assert {field.value for field in reading.columns.by_values} == {"handle", "followers"}
    assert reading.not_used() == ("Kaupunki",)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        pytest.param("handle,Price", ["1200", "5000", "3300"], id="a header that says something else"),
        pytest.param("handle,Total likes", ["1200", "5000", "3300"], id="another figure"),
        pytest.param("handle,Alter", ["21", "33", "40"], id="numbers too small"),
        pytest.param("handle,Seit", ["2019", "2020", "2021"], id="years"),
        pytest.param("handle,A,B", ["1200,3K", "5000,4K", "3300,5K"], id="two columns of counts"),
        pytest.param("handle,2022", ["1200", "5000", "3300"], id="a number for a header"),
    ],
)
def test_a_column_of_counts_that_may_be_something_else_is_not_believed_to_be_followers(header, values):
    rows = "".join(f"anna{n},{value}\n" for n, value in enumerate(values * 5))
    good, bad, reading = read(f"{header}\n{rows}")
    assert (len(good), bad, reading.columns.told()) == (15, [], {"handle": "handle"})


def test_a_column_of_counts_beside_another_that_was_named_is_not_the_only_one():
    rows = "".join(f"anna{n},{n + 1}000,{n + 2}000\n" for n in range(5))
    _, _, reading = read(f"handle,A,B\n{rows}", mapping={"average_views": "A"})
    assert reading.columns.told() == {"handle": "handle", "average_views": "A"}


def test_the_first_two_hundred_objects_tell_which_keys_json_lines_have():
    lines = ['{"username": "anna"}', '{"followerCount": 5, "username": "bert", "city": "Oulu"}', '{"nickName": "C"}']
    lines += [f'{{"username": "d{n}"}}' for n in range(300)] + ['{"username": "eve", "likes": 1}']
    good, bad, reading = read("\n".join(lines), part=999)
    assert [(row.handle, row.figures.followers) for row in good[:2]] == [("anna", None), ("bert", 5)]
    assert bad == ["line 3: handle: is missing"]
    assert set(reading.columns.told()) == {"handle", "followers", "display_name"}
    assert (len(good), reading.not_used()) == (303, ("city", "likes"))


def test_json_lines_whose_first_object_is_longer_than_the_sample_go_by_its_keys():
    long = f'{{"username": "anna", "followerCount": 7, "bio": "{"x" * 100_000}"}}'
    good, bad, reading = read(long + '\n{"username": "bert", "city": "Oulu"}\n')
    assert ([(row.handle, row.figures.followers) for row in good], bad) == ([("anna", 7), ("bert", None)], [])
    assert reading.not_used() == ("bio", "city")


@pytest.mark.parametrize(
    ("file", "mapping"),
    [
        pytest.param("@anna,1200\n@bert,900\n@carl,7\n", {}, id="handles"),
        pytest.param("@anna,1200\n", {}, id="one line"),
        pytest.param("Anna,https://www.tiktok.com/@anna\nBert,tiktok.com/@bert\n", {}, id="addresses"),
        pytest.param("anna,1200\nbert,900\n", {"handle": "#1", "followers": "#2"}, id="plain handles by number"),
    ],
)
def test_a_table_that_begins_with_a_creator_is_refused_rather_than_losing_the_first(file, mapping):
    with pytest.raises(UnreadableFile, match="its first line looks like a creator: put a line with the columns' names"):
        read(file, mapping=mapping)


@pytest.mark.parametrize(
    ("file", "mapping"),
    [
        pytest.param("@handle,followers\n@anna,1200\n", {}, id="a header's word with @"),
        pytest.param("@id,followers\nhttps://tiktok.com/@anna,1200\n", {"handle": "@id"}, id="of another kind"),
        pytest.param("handle,2022\nanna,1200\n", {"handle": "#1", "followers": "#2"}, id="a year above counts"),
        pytest.param('{"@anna": "@bert", "username": "anna"}\n', {}, id="JSON Lines have keys"),
    ],
)
def test_a_header_that_looks_a_little_like_a_creator_is_a_header(file, mapping):
    good, bad, _ = read(file, mapping=mapping)
    assert (handles(good), bad) == (["anna"], [])


def test_a_byte_order_mark_in_the_middle_of_a_file_stands_for_nothing():
    one = "handle,followers\nanna,1\n"
    good, bad, _ = read(("\ufeff" + one + "\ufeffbert,2\n\ufeff" + one).encode())
    assert handles(good) == ["anna", "bert", "anna"]
    assert bad == ['line 4: followers: "followers" is not a number']


def test_a_byte_order_mark_inside_a_cell_stands_for_nothing():
    good, bad, _ = read('handle,name,followers\nan\ufeffna,A\ufeffnna,1\ufeff0\n"\ufeffbert",B,2\n'.encode(), part=3)
    assert [(row.handle, row.display_name, row.figures.followers) for row in good] == [
        ("anna", "Anna", 10),
        ("bert", "B", 2),
    ]
    assert bad == []


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_unicode_in_any_of_its_encodings_is_read(codec):
    good, bad, _ = read("handle,followers\nkháby,5\n".encode(codec))
    assert (handles(good), bad) == (["kháby"], [])


def test_a_thousand_columns_are_read_by_their_headers():
    header = ",".join([*(f"c{n}" for n in range(998)), "followers", "handle"])
    row = ",".join([*("x" for _ in range(998)), "7", "anna"])
    good, bad, _ = read(f"{header}\n{row}\n")
    assert (handles(good), good[0].figures.followers, bad) == (["anna"], 7, [])


def test_a_row_of_ten_megabytes_costs_itself_only():
    good, bad, _ = read(f"handle,followers,bio\nanna,1,x\nbert,2,{'y' * 10_000_000}\ncarl,3,z\n", part=65_536)
    assert handles(good) == ["anna", "carl"]
    assert bad == ["line 3: row: is longer than 1,000,000 characters"]


def a_zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("creators.csv", b"0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "says"),
    [
        pytest.param(a_zip_bomb(), "this is a ZIP archive", id="a zip bomb named .csv"),
        pytest.param(gzip.compress(b"handle\nanna\n"), "this is a gzip archive", id="a gzip archive"),
        pytest.param(bytes(range(256)) * 300, "this is not a text file", id="no text"),
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"\n\n\n", "the file is empty", id="blank lines"),
        pytest.param(b'[{"handle": "anna"}]', "this is one JSON array", id="a JSON array"),
        pytest.param(b"<html><body>Not found</body></html>", "no column looks like", id="a page"),
        pytest.param((",".join("x" * 6000)).encode() + b"\n", "6,000 columns are more", id="6,000 columns"),
    ],
)
def test_what_is_no_list_of_creators_is_said_in_a_sentence(file, says):
    with pytest.raises(UnreadableFile, match=says):
        read(file)


async def imported(context: Any, file: str, **options: Any) -> Any:
    return await run_import(in_parts(file), context.transactions, Options(**options), Progress())


async def test_a_mapping_that_was_given_is_remembered_for_its_source_and_no_other(context):
    file = "Wer,Reichweite\nanna,1.200\nbert,900\n"
    given = {"handle": "Wer", "followers": "Reichweite"}
    assert (await imported(context, file, source="agency", mapping=given)).new == 2
    later = await imported(context, "Reichweite,Ort,Wer\n5.000,Turku,carl\n", source="agency")
    assert (later.new, later.mapping) == (1, given)
    with pytest.raises(UnreadableFile):
        await imported(context, file, source="another")


async def test_a_number_is_remembered_as_its_header_and_told(context):
    first = await imported(context, "handle,a,b,Reach\nanna,1,2,3\n", mapping={"followers": "#4"})
    assert (first.by_memory, first.remembered) == ((), {"followers": "Reach"})
    later = await imported(context, "Reach,Place,Bio,Age,handle\n7,x,y,30,bert\n")
    assert (later.by_memory, later.remembered) == (("followers",), {})
    assert later.mapping == {"handle": "handle", "followers": "Reach"}
    another = await imported(context, "handle,Followers,a,b\ncarl,9,1,2\n")
    assert (another.by_memory, another.mapping["followers"]) == ((), "Followers")


async def test_a_field_that_was_left_out_once_is_read_from_the_next_file(context):
    await imported(context, "handle,followers\nanna,1\n", mapping={"followers": ""})
    assert (await imported(context, "handle,followers\nanna,1\n")).mapping["followers"] == "followers"


async def test_what_is_remembered_can_be_forgotten(context):
    file = "Wer,Reichweite\nanna,1.200\n"
    given = {"handle": "Wer", "followers": "Reichweite"}
    await imported(context, file, mapping=given)
    report = await imported(context, file, mapping={"handle": "Wer"}, forget=True)
    assert (report.mapping, report.remembered) == ({"handle": "Wer"}, {"handle": "Wer"})
    assert (await imported(context, file)).mapping == {"handle": "Wer"}
    await imported(context, "handle\nanna\n", forget=True)
    assert await context.db["import_mappings"].count_documents({}) == 0
    with pytest.raises(UnreadableFile):
        await imported(context, file)


async def test_numbers_and_left_out_fields_that_were_kept_before_count_for_nothing(context):
    old = {"_id": "import", "mapping": [["followers", "#3"], ["display_name", ""], ["handle", "Wer"]]}
    await context.db["import_mappings"].insert_one(old)
    report = await imported(context, "Wer,Followers,x,name\nanna,5,6,Anna\n")
    assert report.mapping == {"handle": "Wer", "followers": "Followers", "display_name": "name"}


async def test_what_is_remembered_does_not_stand_in_the_way_of_another_file(context):
    await imported(context, "Wer,Reichweite\nanna,1.200\n", mapping={"handle": "Wer", "followers": "Reichweite"})
    report = await imported(context, "username,fans\nbert,7\n")
    assert report.mapping == {"handle": "username", "followers": "fans"}


class Cut(Exception):
    pass


async def cut_after(file: str, share: float) -> Any:
    yield file[: int(len(file) * share)].encode() + b"\n" * 70_000
    raise Cut


async def test_a_named_import_goes_on_where_it_stopped_and_writes_nothing_twice(context, monkeypatch):
    rows = (f"c{n},{n},{'x' * 60}\n" + ("x,abc,\n" if n % 100 == 0 else "") for n in range(3000))
    file = "handle,followers,bio\n" + "".join(rows)
    with pytest.raises(Cut):
        await run_import(cut_after(file, 0.6), context.transactions, Options(name="i-1"), Progress())
    row = await context.db["imports"].find_one({"_id": "i-1"})
    assert 0 < row["new"] == await context.db["profiles"].count_documents({}) < 3000
    written: list[int] = []
    real = context.transactions.kind.keep_rows

    async def counted(tx, rows, *rest):
        written.append(len(rows))
        return await real(tx, rows, *rest)

    monkeypatch.setattr(context.transactions.kind, "keep_rows", counted)
    report = await imported(context, file, name="i-1")
    assert (report.resumed_from, sum(written)) == (row["rows"], 3000 - row["new"])
    assert (report.rows, report.new, report.unchanged, report.refused_total) == (3030, 3000, 0, 30)
    assert [refused.line for refused in report.refused[:2]] == [3, 104]
    assert await context.db["imports"].count_documents({}) == 0
    again = await imported(context, file, name="i-1")
    assert (again.resumed_from, again.new, again.unchanged) == (0, 0, 3000)


async def test_two_runs_of_one_import_do_not_write_past_each_other(context):
    file = "handle,followers\n" + "".join(f"c{n},{n}\n" for n in range(1200))
    first = await context.transactions.run(lambda tx: _moved(tx, "i-1"))
    assert first is None

    async def meanwhile() -> Any:
        yield file[:20].encode() + b"\n" * 70_000
        await context.db["imports"].update_one({"_id": "i-1"}, {"$set": {"rows": 500}})
        yield file[20:].encode()

    with pytest.raises(ElsewhereError):
        await run_import(meanwhile(), context.transactions, Options(name="i-1"), Progress())
    assert await context.db["profiles"].count_documents({}) == 0


async def _moved(tx: Any, name: str) -> None:
    from discovery.store import imports

    position = imports.Position(tx.now)
    await imports.move(tx.db, tx.session, name, position, position, tx.now)
