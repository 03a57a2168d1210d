"""Files as they are found: whatever can be read is read, and each row that can't is named by its line."""

import codecs
import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.domain.columns import UnreadableFile
from discovery.domain.profiles import Figures
from discovery.imports.reading import Reading
from tests.discovery.builders import FIRST, JUNE, NOON, handles, read

PLAIN = "handle,name,followers\nanna.bakes,Anna,221.7K\nóscar,Óscar,13.8M\n"


def test_a_row_says_what_its_cells_say():
    good, bad, _ = read(PLAIN)
    assert [(row.line, row.handle, row.display_name, row.figures) for row in good] == [
        (2, "anna.bakes", "Anna", Figures(followers=221_700)),
        (3, "óscar", "Óscar", Figures(followers=13_800_000)),
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("encoded", "codec"),
    [
        pytest.param(PLAIN.encode(), "utf-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + PLAIN.encode(), "utf-8-sig", id="utf-8 with its mark"),
        pytest.param(PLAIN.encode("utf-16"), "utf-16", id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"), "utf-16", id="utf-16 big end first"),
        pytest.param(PLAIN.encode("utf-16-le"), "utf-16-le", id="utf-16 without its mark"),
        pytest.param(PLAIN.encode("utf-16-be"), "utf-16-be", id="utf-16 without its mark, big end first"),
        pytest.param(PLAIN.encode("utf-32"), "utf-32", id="utf-32"),
    ],
)
@pytest.mark.parametrize("part", [0, 1, 7])
def test_a_file_is_read_in_its_encoding_whatever_parts_it_comes_in(encoded, codec, part):
    good, bad, reading = read(encoded, part=part)
    assert (handles(good), bad) == (["anna.bakes", "óscar"], [])
    assert reading.encoding == codec


def test_an_old_encoding_is_guessed_or_given():
    german = "handle,name\n" + "".join(f"k{n},Jürgen Größe Käthe Bäcker\n" for n in range(50))
    good, bad, _ = read(german.encode("cp1252"))
    assert (good[0].display_name, bad) == ("Jürgen Größe Käthe Bäcker", [])
    cyrillic = "handle,name\nzoryana,Зоряна\n".encode("koi8_u")
    assert read(cyrillic, encoding="koi8-u")[0][0].display_name == "Зоряна"


@pytest.mark.parametrize("encoding", ["no-such", "zip", "rot13", "\0"])
def test_an_encoding_that_is_none_is_refused(encoding):
    with pytest.raises(UnreadableFile, match="is no encoding that is known here") as refused:
        read(PLAIN, encoding=encoding)
    assert refused.value.about == "encoding"


def test_a_byte_that_the_encoding_lacks_costs_its_row_only():
    good, bad, _ = read(PLAIN.encode() + "é,e,1\n".encode() + b"Ren\xe9e,x,1\nlast,Ren\xe9e,1\nlater,y,2\n")
    assert handles(good) == ["anna.bakes", "óscar", "é", "later"]
    assert bad == [
        "line 5: handle: has bytes that are not in the file's encoding",
        "line 6: display_name: has bytes that are not in the file's encoding",
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    good, bad, _ = read(PLAIN.replace(",", delimiter))
    assert (handles(good), bad) == (["anna.bakes", "óscar"], [])


def test_excel_may_name_the_delimiter_in_a_line_of_its_own():
    good, _, _ = read('\ufeffsep=;\r\nhandle;followers\r\na;"1.234"\r\n')
    assert [(row.line, row.figures.followers) for row in good] == [(3, 1234)]


def test_where_semicolons_cut_commas_are_decimal():
    good, bad, _ = read("handle;followers;avg views\na;1,5M;1.234\nb;2;1,234\n")
    assert [(row.handle, row.figures.followers, row.figures.average_views) for row in good] == [("a", 1_500_000, 1234)]
    assert bad == ['line 3: average_views: "1,234" can be read in two ways']


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("part", [0, 1, 5])
def test_lines_are_physical_ones_whatever_their_ends(end, part):
    file = end.join(["handle,name", "", '"a","one', 'two"', " , ", ",", "b,x", "c,", "", ""])
    good, bad, _ = read(file, part=part)
    assert [(row.line, row.handle, row.display_name) for row in good] == [
        (3, "a", "one two"),
        (7, "b", "x"),
        (8, "c", ""),
    ]
    assert bad == []


def test_quoted_cells_hold_delimiters_and_quotation_marks():
    good, _, _ = read('handle,name,followers\na,"Anna, the ""Baker""",1\nb,5" tall,2\n')
    assert [row.display_name for row in good] == ['Anna, the "Baker"', '5" tall']


def test_a_stray_quotation_mark_costs_its_own_line_only():
    lines = ["handle,name,followers", 'a,"never closed,1', *(f"k{n},x,{n}" for n in range(200))]
    good, bad, _ = read("\n".join(lines))
    assert handles(good) == [f"k{n}" for n in range(200)]
    assert bad == ["line 2: row: has a quotation mark that is opened and not closed"]


def test_two_stray_quotation_marks_cost_their_own_lines_only():
    lines = ["handle,name,followers", 'a,"open,1', "b,x,2", "c,y,3", 'd,"open,4', "e,z,5"]
    good, bad, _ = read("\n".join(lines))
    assert handles(good) == ["b", "c", "e"]
    assert [reason.split(":")[0] for reason in bad] == ["line 2", "line 5"]


def test_each_thing_that_is_wrong_with_a_row_is_told():
    file = "handle,followers,avg views\n,abc,-1\n@,1,1\nok,N/A,—\nx\n" + "y,1,2,3\n" + "z,1,2,,\n"
    good, bad, _ = read(file)
    assert [(row.handle, row.figures) for row in good] == [
        ("ok", Figures()),
        ("z", Figures(followers=1, average_views=2)),
    ]
    assert bad == [
        "line 2: handle: is missing",
        'line 2: followers: "abc" is not a number',
        'line 2: average_views: "-1" is negative',
        "line 3: handle: is missing",
        "line 5: row: 1 column where the header has 3",
        "line 6: row: 4 columns where the header has 3",
    ]


@pytest.mark.parametrize(
    ("cell", "handle"),
    [
        ("@khaby.lame", "khaby.lame"),
        (" khaby.lame ", "khaby.lame"),
        ("https://www.tiktok.com/@khaby.lame?lang=en", "khaby.lame"),
        ("https://www.instagram.com/khaby/", "khaby"),
        ("https://www.youtube.com/@khaby/videos", "khaby"),
        ("MrBeast Gaming", "MrBeast Gaming"),
        ("null", "null"),
    ],
)
def test_a_handle_is_read_from_what_people_write(cell, handle):
    assert read(f"handle,followers\n{cell},1\n")[0][0].handle == handle


@pytest.mark.parametrize("cell", ["a\x00b", "https://[::1", "https://tiktok.com/", "x" * 201, "a\ufffdb", "N/A", "@ "])
def test_what_is_no_handle_is_refused(cell):
    good, bad, _ = read(f"handle,followers\n{cell},1\ngood,1\n")
    assert handles(good) == ["good"]
    assert bad[0].startswith("line 2: handle: ")


def test_of_a_column_that_stands_twice_the_exact_figure_counts():
    good, bad, _ = read("handle,Subscribers,Subscribers\na,1.3M,1304221\nb,1304221,1.3M\nc,1.3M,N/A\nd,1,x\n")
    assert [row.figures.followers for row in good] == [1_304_221, 1_304_221, 1_300_000]
    assert bad == ['line 5: followers: "x" is not a number']


def test_the_network_may_stand_in_a_column():
    good, bad, _ = read("platform,handle\nTikTok,a\n,b\nInstagram,c\n???,d\n", network="youtube")
    assert [(row.network, row.handle) for row in good] == [("tiktok", "a"), ("youtube", "b"), ("instagram", "c")]
    assert bad == ['line 5: network: "???" is no network\'s name: use letters, digits and -']


def test_a_row_of_ten_megabytes_costs_its_own_line_only():
    for quote in ("", '"'):
        file = f"handle,followers\na,1\n{quote}{'x' * 10_000_000}{quote},1\nb,2\n"
        good, bad, _ = read(file, part=65_536)
        assert handles(good) == ["a", "b"]
        assert bad == ["line 3: row: is longer than 1,000,000 characters"]


def test_a_quoted_cell_that_is_too_long_costs_its_own_line_only():
    good, bad, _ = read(f'handle,followers\n"{"x" * 200_000}",1\nb,2\n')
    assert handles(good) == ["b"]
    assert bad == ["line 2: row: has a cell that is longer than 131,072 characters"]


def test_a_thousand_columns_are_read():
    header = ["handle", *(f"c{n}" for n in range(998)), "followers"]
    good, bad, _ = read(",".join(header) + "\n" + ",".join(["a", *["0"] * 998, "7"]) + "\nb,1\n")
    assert [row.figures.followers for row in good] == [7]
    assert bad == ["line 3: row: 2 columns where the header has 1000"]


def a_zip() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.csv", PLAIN)
    return made.getvalue()


@pytest.mark.parametrize(
    ("file", "says"),
    [
        pytest.param(a_zip(), "this is a ZIP archive or an Excel workbook: save it as CSV", id="zip"),
        pytest.param(b"%PDF-1.7 ...", "this is a PDF document", id="pdf"),
        pytest.param(bytes(range(256)) * 50, "this is not a text file", id="bytes"),
        pytest.param(bytes(1000), "this is not a text file", id="zeros"),
        pytest.param(b"handle\x01\x02\x03\x04,x\n\x05\x06", "this is not a text file", id="controls"),
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\n \n,,\n", "the file is empty", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "the file is empty", id="a mark and nothing else"),
        pytest.param(b'[{"handle": "a"}]', "this is one JSON array: JSON Lines has an object on each line", id="json"),
        pytest.param(b"Rank,Country\n1,IT\n", "no column looks like the creators' handles", id="no handle"),
    ],
)
def test_what_is_no_list_of_creators_is_refused_in_one_sentence(file, says):
    with pytest.raises(UnreadableFile) as refused:
        read(file)
    assert str(refused.value).startswith(says)
    assert "\n" not in str(refused.value)


def test_a_header_alone_is_a_list_of_nobody():
    assert read("handle,followers")[:2] == ([], [])


def test_json_lines_are_read_too():
    lines = [
        json.dumps({"username": "anna", "nickName": "Anna ❤", "followerCount": 221700, "tags": ["a"]}),
        "",
        json.dumps({"followerCount": "13.8M", "username": "oscar", "more": 1}),
        json.dumps({"username": "nobody", "followerCount": None}),
        json.dumps({"username": "wrong", "followerCount": [1]}),
        json.dumps({"followerCount": 1}),
        "{broken",
        "[1]",
        '{"username": "\\ud83d"}',
        json.dumps({"username": "big", "followerCount": 10**400}),
    ]
    good, bad, _ = read("\n".join(lines))
    assert [(row.line, row.handle, row.figures.followers) for row in good] == [
        (1, "anna", 221_700),
        (3, "oscar", 13_800_000),
        (4, "nobody", None),
    ]
    assert [reason.split(": ", 2)[:2] for reason in bad] == [
        ["line 5", "followers"],
        ["line 6", "handle"],
        ["line 7", "row"],
        ["line 8", "row"],
        ["line 9", "row"],
        ["line 10", "row"],
    ]


def test_columns_are_known_only_after_the_header():
    with pytest.raises(UnreadableFile, match="empty"):
        _ = Reading("tiktok", {}, now=NOON).columns


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_break_the_reading(tail, part):
    file = b"handle,name,followers\n" + tail
    try:
        whole = read(file)[:2]
    except UnreadableFile:
        return
    assert read(file, part=part)[:2] == whole


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffd\ufeff"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text("abcdefg._", min_size=1, max_size=9), CELLS), min_size=1, max_size=20))
def test_what_a_csv_writer_writes_is_read(rows):
    import csv
    from io import StringIO

    out = StringIO()
    csv.writer(out).writerows([("handle", "name"), *rows])
    good, bad, _ = read(out.getvalue())
    assert bad == []
    assert handles(good) == [handle for handle, _ in rows]


@pytest.mark.usefixtures("real_files")
@pytest.mark.parametrize(("file", "count"), [(JUNE, 1007), (FIRST, 1000)])
def test_the_real_files_are_read_to_the_last_row(file, count):
    good, bad, reading = read(file.read_bytes(), part=10_000)
    assert (len(good), bad) == (count, [])
    assert set(reading.columns.told()) == {
        *("handle", "display_name", "followers"),
        *("average_views", "average_likes", "average_comments", "average_shares"),
    }
    assert all(row.figures.followers and row.figures.average_views for row in good)
