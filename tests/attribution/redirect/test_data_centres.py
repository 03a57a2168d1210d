"""A4: addresses of data centres, by the package's list and the operator's own."""

import csv
import os
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.data_centres import DataCentres, Ranges, RangesError, own_ranges

REFERENCE = Path(__file__).parents[3].parent / "shared" / "data" / "reference" / "datacenter_ranges.csv"
CENTRES = DataCentres()


def a_file(folder: Path, text: str) -> Path:
    path = folder / "ranges.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_list_says_its_version() -> None:
    assert CENTRES.name == f"iporigin/{version('iporigin')}"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("52.95.110.1", id="a hoster's"),
        pytest.param("2600:1f14::1", id="of version 6"),
        pytest.param("::ffff:52.95.110.1", id="of version 4 inside version 6"),
        pytest.param("66.249.66.1", id="a crawler's"),
    ],
)
def test_machines_are_known(address: str) -> None:
    assert CENTRES.hold(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "192.0.2.1", "2001:db8::1", "::1", "", "nonsense", "1.2.3", "1.2.3.4.5", "\x00", "fe80::1%e"],
)
def test_what_is_in_no_list_or_no_address_is_not(address: str) -> None:
    assert not CENTRES.hold(address)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("203.0.113.0,203.0.113.255,Hoster,https://hoster.example/\n", id="first and last"),
        pytest.param("\ufefffirst,last,name\n# ours\n\n203.0.113.0/24,,Hoster\n", id="a network, below a header"),
        pytest.param("203.0.113.7\n", id="one address"),
        pytest.param("203.0.113.0/29\n203.0.113.2/31\n203.0.113.6,203.0.113.200\n", id="overlapping"),
    ],
)
def test_the_operators_own_ranges_are_known_too(tmp_path: Path, text: str) -> None:
    centres = DataCentres(a_file(tmp_path, text))
    centres.refresh()
    assert centres.hold("203.0.113.7")
    assert not centres.hold("203.0.112.255")
    assert not centres.hold("203.0.114.0")
    assert centres.hold("52.95.110.1"), "the package's go on"
    assert centres.own == 1
    assert " own/" in centres.name


def test_a_changed_file_is_read_again_and_has_another_version(tmp_path: Path) -> None:
    path = a_file(tmp_path, "203.0.113.0/24\n")
    centres = DataCentres(path)
    centres.refresh()
    name = centres.name
    centres.refresh()
    assert centres.name == name
    a_file(tmp_path, "2001:db8:7::/48\n")
    os.utime(path, ns=(1, 1))
    centres.refresh()
    assert centres.hold("2001:db8:7:0:1::")
    assert not centres.hold("203.0.113.7")
    assert centres.name != name


@pytest.mark.parametrize(
    "text", ["203.0.113.0/24\nrubbish\n", "203.0.113.9,203.0.113.1\n", "203.0.113.1,2001:db8::1\n", "203.0.113.0/99\n"]
)
def test_a_file_that_can_t_be_read_is_refused_and_what_was_known_stays(tmp_path: Path, text: str) -> None:
    path = a_file(tmp_path, "203.0.113.0/24\n")
    centres = DataCentres(path)
    centres.refresh()
    a_file(tmp_path, text)
    os.utime(path, ns=(1, 1))
    with pytest.raises(RangesError, match="line"):
        centres.refresh()
    assert centres.hold("203.0.113.7")
    path.unlink()
    with pytest.raises(RangesError, match="No such file"):
        centres.refresh()
    assert centres.hold("203.0.113.7")


@given(
    ranges=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda p: (4, p[0], p[0] + p[1]))),
    value=st.integers(0, 80),
)
def test_merged_ranges_hold_what_any_of_them_holds(ranges: list[tuple[int, int, int]], value: int) -> None:
    expected = any(first <= value <= last for _, first, last in ranges)
    assert Ranges("r", ranges).hold(value, 4) is expected
    assert not Ranges("r", ranges).hold(value, 6)


def test_a_real_list_is_read_whole_and_found() -> None:
    if not REFERENCE.exists():
        pytest.skip(f"{REFERENCE.name} is not on this machine")
    centres = DataCentres(REFERENCE)
    centres.refresh()
    rows = list(csv.reader(REFERENCE.read_text("utf-8").splitlines()))
    assert len(rows) == 4_668
    assert 0 < centres.own <= len(rows)
    for first, last, *_ in rows:
        middle = ip_address((int(ip_address(first)) + int(ip_address(last))) // 2)
        assert all(centres.hold(str(address)) for address in (first, middle, last))
    known = sum(CENTRES.hold(first) for first, *_ in rows)
    print(f"{known} of {len(rows)} ranges of a list of long ago are in {CENTRES.name}")  # noqa: T201 - a figure to see


def test_what_no_file_says_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(RangesError):
        own_ranges(tmp_path / "absent.csv")
