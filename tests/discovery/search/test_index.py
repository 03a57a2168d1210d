"""The index on disk: the newest revision counts, a commit is whole or not there, and damage is noticed."""

import pytest

from discovery.domain.fit import Question
from discovery.domain.search_documents import SearchDocument
from discovery.domain.searches import Filters, Sort
from discovery.search import fields, finding
from discovery.search.checks import ForeignIndex, TornIndex
from discovery.search.finding import Finder, TooManyToScore
from discovery.search.fitting import Fitting
from discovery.search.index import Change, CreatorIndex, Position
from discovery.search.places import Places


@pytest.fixture
def index(tmp_path):
    (tmp_path / "index").mkdir()
    made = CreatorIndex.create(tmp_path / "index")
    yield made
    made.close()


def ids(index: CreatorIndex, **filters) -> list[str]:
    return [place.id for place in Finder(index.searcher()).page(Filters(**filters), Sort.FOLLOWERS, None, 100)]


def a_change(creator: str, revision: int, **known) -> Change:
    return Change.of(creator, revision, SearchDocument(id=creator, **{"handle": creator, **known}))


def test_an_older_revision_changes_nothing_before_and_after_a_commit(index):
    index.take([a_change("a", 5, city="Rome")])
    index.take([a_change("a", 4, city="Oslo"), a_change("b", 2), a_change("b", 1)])
    index.commit(Position({0: 2}))
    index.take([a_change("a", 3, city="Oslo"), a_change("a", 5, city="Oslo")])
    index.commit(Position({0: 4}))
    assert ids(index, city="rome") == ["a"]
    assert ids(index, city="oslo") == []
    assert len(ids(index)) == Finder(index.searcher()).total(Filters()) == 2


def test_an_erased_creator_is_found_no_more_and_never_comes_back(index):
    index.take([a_change("a", 1), a_change("b", 1)])
    index.commit(Position({0: 2}))
    index.take([Change("a", 7, None)])
    index.commit(Position({0: 3}))
    index.take([a_change("a", 6)])
    index.commit(Position({0: 4}))
    assert ids(index) == ["b"]
    counts = Finder(index.searcher()).counts(Filters())
    assert (counts.total, Finder(index.searcher()).total(Filters(standings=("unverified",)))) == (1, 1)


def test_what_was_not_committed_is_not_there_when_it_is_opened_again(index):
    index.take([a_change("a", 1)])
    index.commit(Position({0: 1, 3: 9}, generation=2))
    index.take([a_change("b", 1)])
    index.close()
    opened = CreatorIndex.open(index.folder)
    assert opened.position == Position({0: 1, 3: 9}, generation=2)
    assert ids(opened) == ["a"]
    opened.close()


def test_a_view_stays_as_it_is_while_the_index_goes_on(index):
    index.take([a_change("a", 1)])
    index.commit(Position({0: 1}))
    finder = Finder(index.searcher())
    index.take([a_change("b", 1), Change("a", 2, None)])
    index.commit(Position({0: 2}))
    assert [place.id for place in finder.page(Filters(), Sort.FOLLOWERS, None, 10)] == ["a"]
    assert ids(index) == ["b"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone", "empty"])
@pytest.mark.parametrize("part", ["term", "fast", "idx", "store", "fieldnorm", "del"])
def test_damage_to_any_file_is_noticed(index, part, damage):
    index.take([a_change(f"c{n}", 1, followers=n) for n in range(50)])
    index.commit(Position({0: 50}))
    index.take([a_change("c1", 2)])
    index.commit(Position({0: 51}))
    index.close()
    CreatorIndex.open(index.folder).close()
    victim = max(index.folder.glob(f"*.{part}"), key=lambda path: path.stat().st_size)
    whole = victim.read_bytes()
    victim.unlink()  # the file may be mapped yet: another one takes its place
    if damage != "gone":
        at = len(whole) // 8
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        victim.write_bytes({"cut": whole[:-20], "flipped": flipped, "empty": b""}[damage])
    with pytest.raises(TornIndex):
        CreatorIndex.open(index.folder)


@pytest.mark.parametrize("meta", [b"", b"{", b"[]", b'{"segments": [{}]}', b'{"segments": []}'])
def test_an_index_that_does_not_say_what_it_is_made_of_is_torn(index, meta):
    index.close()
    (index.folder / "meta.json").write_bytes(meta)
    with pytest.raises(TornIndex):
        CreatorIndex.open(index.folder)


def test_an_index_of_other_code_is_not_used(index, monkeypatch):
    index.close()
    monkeypatch.setattr(fields, "fingerprint", lambda: "another")
    with pytest.raises(ForeignIndex):
        CreatorIndex.open(index.folder)


def test_a_crash_at_any_step_of_a_change_of_index_leaves_one_that_serves(tmp_path):
    places = Places(tmp_path)
    with places.claimed():
        old = places.making()
        assert places.making() == old
        places.serve(old)
        new = places.making()
        assert (places.current(), new != old) == (old, True)
        (tmp_path / "rubbish").mkdir()
        (tmp_path / "current.draft").write_text("half")
        places.tidy()
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {old.name, new.name}
        places.serve(new)
        places.tidy()
        assert places.current() == new
        assert not old.exists()


@pytest.mark.parametrize("said", ["", "..", "../elsewhere", "nothing", "a/b"])
def test_a_name_that_leads_elsewhere_is_no_index(tmp_path, said):
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root" / "current").write_text(said)
    assert Places(tmp_path / "root").current() is None


def test_two_processes_never_share_a_folder(tmp_path):
    with Places(tmp_path).claimed(), pytest.raises(BlockingIOError), Places(tmp_path).claimed():
        pass


def test_of_equal_creators_none_is_left_out_or_repeated_between_pages(index, monkeypatch):
    monkeypatch.setattr(fields, "shuffle_of", lambda _: 7)  # as if all their ids had the same bits
    index.take([a_change(f"c{n:02}", 1, followers=[None, 5, 9][n % 3]) for n in range(30)])
    index.commit(Position({0: 30}))
    finder = Finder(index.searcher())
    wanted = [f"c{n:02}" for least in (2, 1, 0) for n in range(least, 30, 3)]
    for pages in (
        lambda place, limit: finder.fitting(Filters(), Fitting(Question(), {"c01": 10_000}), place, limit),
        lambda place, limit: finder.page(Filters(), Sort.FOLLOWERS, place, limit),
    ):
        for limit in (1, 4, 10, 30):
            found, place = [], None
            while page := pages(place, limit):
                found += [one.id for one in page]
                place = page[-1]
            assert found == wanted


def test_more_creators_than_are_put_in_order_by_fit_are_refused_not_cut_off(index, monkeypatch):
    monkeypatch.setattr(finding, "MOST_SCORED", 3)
    index.take([a_change(f"c{n}", 1) for n in range(4)])
    index.commit(Position({0: 4}))
    finder = Finder(index.searcher())
    with pytest.raises(TooManyToScore):
        finder.fitting(Filters(), Fitting(Question()), None, 10)
    assert len(finder.fitting(Filters(text="c1"), Fitting(Question()), None, 10)) == 1
    assert finder.fitting(Filters(text="nobody"), Fitting(Question(), {"c1": 5}), None, 10) == []
