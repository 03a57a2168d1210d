from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect import snapshot
from attribution.redirect.snapshot import DamagedSnapshotError
from attribution.redirect.table import HOT, Table, Verdict
from contracts.attribution import LinkEvent, LinkStatus
from tests.attribution.redirect.builders import NOON, a_link, a_link_event, an_erasure


def a_table(*events: LinkEvent) -> Any:
    table = Table("cclid")
    for event in events:
        table.apply(event)
    return table


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param({}, Verdict.LEADS_ON, id="an active link"),
        pytest.param({"status": LinkStatus.PAUSED}, Verdict.PAUSED, id="a paused one"),
        pytest.param({"status": LinkStatus.ENDED}, Verdict.ENDED, id="an ended one"),
        pytest.param({"expires_at": NOON + timedelta(seconds=1)}, Verdict.LEADS_ON, id="a second before it expires"),
        pytest.param({"expires_at": NOON}, Verdict.EXPIRED, id="the instant that it expires"),
        pytest.param({"target": "http://shop.example"}, Verdict.UNKNOWN, id="a refused target"),
    ],
)
def test_a_link_leads_on_while_it_is_active_and_its_target_is_accepted(
    changes: dict[str, Any], verdict: Verdict
) -> None:
    table = a_table(a_link_event(**changes))
    assert table.look_up("KRISTA20", NOON)[0] is verdict


def test_an_unknown_code_leads_nowhere() -> None:
    assert a_table().look_up("KRISTA20", NOON) == (Verdict.UNKNOWN, None)


def test_what_is_not_newer_is_ignored() -> None:
    table = a_table(a_link_event(revision=3, target="https://new.example"))
    for revision in (1, 2, 3):
        assert not table.apply(a_link_event(revision=revision, target="https://old.example"))
    assert table.find("KRISTA20").target == "https://new.example"


def test_a_refused_target_hides_the_link_until_a_newer_one_is_accepted() -> None:
    table = a_table(a_link_event(), a_link_event(revision=2, target="https://a@b.example"))
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.UNKNOWN
    assert table.refused == 1
    table.apply(a_link_event(revision=3))
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.LEADS_ON


def test_a_fact_whose_name_nobody_knows_counts_by_its_state() -> None:
    table = a_table(a_link_event())
    moved = a_link_event(target="https://new.example", revision=2).model_copy(update={"fact": "link-moved"})
    assert table.apply(LinkEvent.from_body(moved.body()))
    assert table.find("KRISTA20").target == "https://new.example"


def test_erased_is_final() -> None:
    table = a_table(a_link_event(), an_erasure("link-KRISTA20", 2))
    assert not table.apply(a_link_event(revision=9))
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.UNKNOWN
    assert len(table) == 0


def test_an_erasure_before_all_else_is_kept() -> None:
    assert not a_table(an_erasure("link-KRISTA20", 2)).apply(a_link_event(revision=1))


def test_an_older_erasure_than_what_is_known_is_ignored() -> None:
    table = a_table(a_link_event(revision=5))
    assert not table.apply(an_erasure("link-KRISTA20", 4))


def test_a_code_is_never_taken_over_by_another_link() -> None:
    table = a_table(a_link_event())
    assert not table.apply(a_link_event(a_link(id="link-of-a-thief", target="https://evil.example"), revision=7))
    assert table.find("KRISTA20").ids[0] == "link-KRISTA20"


def test_a_link_that_changes_its_code_leaves_the_old_one() -> None:
    table = a_table(a_link_event(), a_link_event(a_link(code="LAMP2026", id="link-KRISTA20"), revision=2))
    assert table.find("KRISTA20") is None
    assert table.find("LAMP2026").revision == 2


@given(order=st.permutations([1, 2, 3, 4]), erased=st.booleans())
def test_any_order_of_arrival_ends_in_the_newest_state(order: list[int], *, erased: bool) -> None:
    events = {revision: a_link_event(revision=revision, target=f"https://r{revision}.example") for revision in order}
    if erased:
        events[4] = an_erasure("link-KRISTA20", 4)
    route = a_table(*(events[revision] for revision in order)).find("KRISTA20")
    assert (route is None) if erased else (route.target == "https://r4.example")


def test_a_code_that_was_typed_in_capitals_is_found_and_an_exact_one_goes_first() -> None:
    table = a_table(a_link_event(code="krista-lamp"), a_link_event(code="lamp"), a_link_event(code="LAMP"))
    assert table.look_up("Krista-LAMP", NOON)[1].code == "krista-lamp"
    assert table.look_up("LAMP", NOON)[1].code == "LAMP"


def test_what_was_asked_for_before_a_change_is_not_remembered() -> None:
    table = a_table(a_link_event())
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.LEADS_ON
    table.apply(a_link_event(revision=2, status=LinkStatus.PAUSED))
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.PAUSED
    table.apply(an_erasure("link-KRISTA20", 3))
    assert table.look_up("KRISTA20", NOON)[0] is Verdict.UNKNOWN


def test_only_so_many_links_are_kept_unpacked() -> None:
    table = a_table(*(a_link_event(code=f"CODE-{n}") for n in range(HOT + 10)))
    for n in range(HOT + 10):
        assert f'"link":"link-CODE-{n}"' in table.look_up(f"CODE-{n}", NOON)[1].said
    assert len(table._hot) == HOT
    assert next(iter(table._hot)) == "CODE-10", "those unpacked first go first"


def test_a_snapshot_whose_targets_another_rule_accepted_is_checked_again() -> None:
    rows = a_full_table().rows()
    again = Table("other")
    again.restore(rows)
    assert again.look_up("CODE-1", NOON - timedelta(days=1))[1].slotted == "https://shop.example/lamp?other=\0"
    stricter = rows._replace(
        targets="an older rule", records=[r.replace(b"shop.example", b"sho\\.example") for r in rows.records]
    )
    again.restore(stricter)
    assert again.look_up("CODE-1", NOON - timedelta(days=1))[0] is Verdict.UNKNOWN


def read(path: Path) -> Any:
    return snapshot.read(path)


def a_full_table() -> Any:
    table = a_table(*(a_link_event(code=f"CODE-{n}", expires_at=NOON if n % 2 else None) for n in range(5)))
    table.apply(a_link_event(code="BAD-TARGET", target="http://shop.example/ä"))
    table.apply(an_erasure("link-CODE-0", 2))
    return table


def test_a_snapshot_holds_the_whole_table(tmp_path: Path) -> None:
    table, again = a_full_table(), Table("cclid")
    snapshot.write(tmp_path / "links.snapshot", table.rows())
    again.restore(read(tmp_path / "links.snapshot"))
    assert again.rows() == table.rows()
    assert not again.apply(a_link_event(code="CODE-0", revision=9)), "the erased stay erased"
    assert not again.apply(a_link_event(code="CODE-1", revision=1)), "revisions are kept"


def test_without_a_snapshot_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert read(tmp_path / "links.snapshot") is None


def test_an_empty_table_has_a_snapshot_too(tmp_path: Path) -> None:
    snapshot.write(tmp_path / "links.snapshot", Table("cclid").rows())
    assert read(tmp_path / "links.snapshot") == Table("cclid").rows()


def test_a_snapshot_that_was_cut_off_anywhere_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "links.snapshot"
    snapshot.write(path, a_full_table().rows())
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedSnapshotError):
            read(path)


def test_a_snapshot_with_an_altered_byte_is_noticed_or_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "links.snapshot"
    table = a_full_table()
    snapshot.write(path, table.rows())
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x08]) + whole[place + 1 :])
        try:
            rows = read(path)
        except DamagedSnapshotError:
            continue
        assert rows == table.rows()


def test_a_crash_while_a_snapshot_is_written_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "links.snapshot"
    snapshot.write(path, a_table(a_link_event()).rows())
    path.with_suffix(".new").write_bytes(b"half a ta")
    assert len(read(path).codes) == 1
    snapshot.write(path, a_full_table().rows())
    assert len(read(path).codes) == 5
