"""A minor goes through everything, asks to be forgotten, and nothing of them is left but what must be (D12)."""

import io
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import httpx
import pytest
from PIL import Image, PngImagePlugin

from contracts import topics
from contracts.discovery import Standing
from local.demo import bring_up
from local.group import Group
from local.ports import free_port
from local.system import Ports
from story import tale
from story.addresses import Addresses, Wishes
from story.cast import BROWSER, Cast, follow
from story.people import Mailbox
from story.shops import Topic, a_topic_order
from story.telling import wait_for
from tests.campaigns.builders import a_work
from tests.e2e import scan

MARK = "7731zq"
HANDLE = f"zqhandle{MARK}"
MARCH = datetime(datetime.now(UTC).year - 16, 3, 1, tzinfo=UTC)
BORN = MARCH + timedelta(days=6 - MARCH.weekday())
"""A Sunday: of working days attribution's exchange rates know, too."""
OF_AGE = BORN.replace(year=BORN.year + 18)
"""When a minor comes of age is waited for, and tells their birthday."""
PUBLIC = {
    "display_name": f"Zqname{MARK} Zqfamily{MARK}",
    "city": f"Zqcity{MARK}",
    "bio": f"Zqbio{MARK} and lamps.",
    "social_links": [f"https://video.example/zqsocial{MARK}"],
}
PRIVATE = {
    "birth_date": f"{BORN:%Y-%m-%d}",
    "phone": "+358 40 7731 604 218",
    "shipping": {
        "name": f"Zqparcel{MARK}",
        "lines": [f"Zqstreet{MARK} 7"],
        "postcode": f"Zqpost{MARK}",
        "city": f"Zqtown{MARK}",
    },
}
ADDRESS = f"zqmail{MARK}@creators.example"
PAGE_NAME = f"Zqpage{MARK}"

OF_AGE_AS_STORED = bson.encode({"": OF_AGE})[6:-1]
EVERYTHING = [MARK.encode(), f"{BORN:%Y-%m-%d}".encode(), bson.encode({"": BORN})[6:-1], OF_AGE_AS_STORED]
"""The mark stands in every field; the birth date is looked for as text and as the database writes dates."""
NEVER_LEAVES = [
    *(value.encode() for value in (PRIVATE["phone"], *PRIVATE["shipping"]["lines"])),  # type: ignore[index]
    *(f"zq{what}{MARK}".encode() for what in ("parcel", "post", "town")),
    *EVERYTHING[1:3],
]
PARKED = {"campaigns.dead_letters", "notifications.dead_letters"}
SEARCHES = (f"text={HANDLE}", f"text=Zqname{MARK}", f"text=Zqbio{MARK}", f"city=Zqcity{MARK}")
ONLY_IN_CAMPAIGNS = [f"zq{what}{MARK}".encode() for what in ("tobrand", "tocreator")]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_person_who_asks_to_be_forgotten_is_gone_from_stores_topics_index_and_logs(tmp_path):
    with Group() as group:
        system, mail = bring_up(group, tmp_path, Ports(*(free_port() for _ in range(7))))
        settings = system.settings
        cast = Cast(
            Addresses.from_environment(system.addresses | {"MAIL_URL": mail.url}),
            Wishes(),
            Mailbox(mail.url),
            Topic(settings["KAFKA_BOOTSTRAP"]),
        )
        try:
            collaboration = live(cast)
            person, operator, brand = (cast.people[name] for name in ("ada", "operator", "brand"))
            profile = cast.profiles[0]["id"]
            a_record_is_parked(settings, profile)
            written_down(system.processes["attribution-redirect"])
            everything_is_where_it_belongs(settings, tmp_path, cast)
            assert {found_by(brand, asked) for asked in SEARCHES} == {1}
            assert brand.get("discovery", f"/v1/creators?text={HANDLE}")["total"] == 0, "a minor is not listed"
            earned = brand.get("attribution", f"/v1/campaigns/{cast.campaign}/results")["creators"]

            system.processes["campaigns"].kill()
            plan = person.get("discovery", "/v1/me/erasure")
            assert [(one["handle"], one["fate"]) for one in plan["profiles"]] == [(HANDLE, "released")]
            asked = person.post("discovery", "/v1/me/erasure", {"confirmed": True})
            also = operator.post("discovery", "/v1/erasures", {"profile": profile, "confirmed": True})
            ids = {asked["id"], also["id"]}
            wait_for("three services to answer", lambda: outstanding(operator, ids) == {"campaigns"})
            kill_once(system.processes["campaigns"], lambda: outstanding(operator, ids) == set())
            wait_for("all services to answer", lambda: outstanding(operator, ids) == set())
            wait_for("everything to be said", lambda: scan.waiting(settings["MONGO_URL"]) == 0)

            written_down(system.processes["attribution-redirect"])
            nothing_is_left(settings, tmp_path)
            assert {found_by(brand, asked) for asked in SEARCHES} == {0}
            after = brand.get("attribution", f"/v1/campaigns/{cast.campaign}/results")["creators"]
            assert [one["commission"] for one in after] == [one["commission"] for one in earned] != [0]
            assert brand.get("campaigns", f"/v1/collaborations/{collaboration}")["status"] == "cancelled"
            nobody_comes_back(cast, profile)
        finally:
            for one in cast.people.values():
                one.close()
            cast.topic.close()
            cast.mailbox.close()


def live(cast: Cast) -> str:
    """Imported, noted, invited, agreed, registered, at work, applying, in talk, with a link, a sale and mails."""
    csv = f"handle,name,followers,avg views\n{HANDLE},Zqlisted{MARK},250000,41000\nsomebody.else,Else,90000,100\n"
    tale.import_creators(cast, csv.encode(), "a list with the person")
    tale.register_brand(cast)
    tale.publish_campaign(cast)
    brand, operator = cast.people["brand"], cast.people["operator"]

    def listed() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = brand.get("discovery", f"/v1/creators?text={HANDLE}")["items"]
        return found or None

    cast.profiles = wait_for("the person to be found", listed)
    profile = cast.profiles[0]["id"]
    shortlist = brand.post("discovery", "/v1/shortlists", {"name": "Lamps"})["id"]
    noted = brand.call(
        "discovery", "PUT", f"/v1/shortlists/{shortlist}/creators/{profile}", json={"note": f"Zqnote{MARK}"}
    )
    assert noted.status_code == httpx.codes.OK, noted.text
    brand.call("discovery", "PUT", f"/v1/creators/{profile}/relevance", json={"relevance": 6000})
    person = cast.person("ada", ADDRESS)
    invited = brand.post(
        "campaigns",
        f"/v1/campaigns/{cast.campaign}/invitations",
        {
            "profile": profile,
            "address": ADDRESS,
            "language": "en",
            "message": f"Zqmessage{MARK}",
            "code": f"LAMP{cast.run.upper()}20",
            "deliverables": [a_work()],
        },
    )["id"]
    wait_for("the invitation's mail", lambda: any(invited in mail["Text"] for mail in cast.mailbox.to(ADDRESS)))
    cast.accounts["ada"] = person.sign_in(invitation=invited)
    path = f"/v1/collaborations/{invited}"
    agreed = person.post("campaigns", f"{path}/accept", invitation=invited)
    registered = person.call(
        "discovery",
        "PUT",
        "/v1/me/profiles",
        headers={"Idempotency-Key": uuid.uuid4().hex},
        json={
            "network": "tiktok",
            "handle": HANDLE,
            "country": "FI",
            "languages": ["fi"],
            "categories": ["home"],
            "rates": [],
            "shipping_country": "FI",
            **PUBLIC,
            **PRIVATE,
        },
    )
    assert registered.status_code == httpx.codes.OK, registered.text
    photo = person.call("discovery", "PUT", f"/v1/me/profiles/{profile}/photo", content=a_picture())
    assert photo.status_code == httpx.codes.OK, photo.text
    person.send_form("/links/page", page_name=PAGE_NAME)
    work = f"{path}/deliverables/{agreed['deliverables'][0]['id']}"
    person.post("campaigns", f"{work}/propose-concept", {"text": f"Zqconcept{MARK}"})
    brand.post("campaigns", f"{work}/ask-changes", {"points": [f"Zqpoints{MARK}"]})
    person.post("campaigns", f"{work}/propose-concept", {"text": f"Zqconcept{MARK}, changed"})
    brand.post("campaigns", f"{work}/approve-concept")
    name = {"name": f"Zqfile{MARK}.png"}
    file = person.call("campaigns", "POST", f"{path}/files", params=name, content=a_picture())
    assert file.status_code == httpx.codes.CREATED, file.text
    person.post("campaigns", f"{work}/submit", {"file": file.json()["id"], "text": f"Zqsubmitted{MARK}"})
    be_wanted_unlisted(cast, profile)
    talk = person.post("campaigns", "/v1/conversations", {"collaboration": invited, "text": f"Zqtobrand{MARK}"})[
        "conversation"
    ]
    brand.post("campaigns", f"/v1/conversations/{talk}/messages", {"text": f"Zqtocreator{MARK}"})
    offered = brand.post("campaigns", f"{path}/proposals", {"kind": "cancellation", "note": f"Zqoffer{MARK}"})
    assert offered["proposals"]
    look = {
        "network": "tiktok",
        "handle": HANDLE,
        "at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(),
        "followers": 260_000,
        "videos": [{"id": f"zqvideo{MARK}", "published_at": "2026-01-01T00:00:00Z", "views": 5}],
    }
    operator.post("discovery", "/v1/snapshots", {"snapshots": [look]})

    def a_link() -> str | None:
        answer = brand.call("attribution", "GET", f"/v1/campaigns/{cast.campaign}/results")
        creators = answer.json()["creators"] if answer.status_code == httpx.codes.OK else []
        return creators[0]["links"][0]["url"] if creators and creators[0]["links"] else None

    link = cast.links["ada"] = wait_for("the person's link", a_link)
    click = wait_for("the redirect to know it", lambda: follow(link, BROWSER), 30)
    order = a_topic_order(cast.stores["topic"], f"T-{cast.run}", 8900, 1, cast.now, click=click)
    cast.topic.say([order], "lumen")
    wait_for(
        "the sale's mail",
        lambda: any("first sale" in mail["Subject"].lower() for mail in cast.mailbox.to(ADDRESS)),
    )
    wait_for("the registration to be found", lambda: found_by(brand, f"city=Zqcity{MARK}"))
    return str(invited)


def a_picture() -> bytes:
    """A picture that says in words where it was taken."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", f"Zqtaken{MARK}")
    written = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(written, "PNG", pnginfo=words)
    return written.getvalue()


def be_wanted_unlisted(cast: Cast, profile: str) -> None:
    """No market lists a minor, who is invited to a second campaign all the same, and applies to a third's program (D2).

    What they earn is the first one's sale, later.
    """
    brand, person, first = cast.people["brand"], cast.people["ada"], cast.campaign

    def is_unlisted() -> bool:
        shown = brand.get("discovery", f"/v1/creators/{profile}")["eligibility"]
        return [each["standing"] for each in shown] == [Standing.NOT_LISTED]

    wait_for("no market to list the minor", is_unlisted)
    tale.publish_campaign(cast)
    second = {"profile": profile, "deliverables": [a_work()]}
    invited = brand.post("campaigns", f"/v1/campaigns/{cast.campaign}/invitations", second)["id"]
    assert person.post("campaigns", f"/v1/collaborations/{invited}/accept")["status"] == "agreed"
    tale.publish_campaign(cast)
    program, cast.campaign = cast.campaign, first
    rules = {"eligibility": {}, "questions": [{"id": "why", "text": "Why?"}]}
    opened = brand.call("campaigns", "PUT", f"/v1/campaigns/{program}/program", json={"program": rules})
    assert opened.status_code == httpx.codes.OK, opened.text
    answers = [{"question": "why", "text": f"Zqanswer{MARK}"}]
    person.post("campaigns", f"/v1/programs/{program}/applications", {"idea": f"Zqidea{MARK}", "answers": answers})


def a_record_is_parked(settings: Any, profile: str) -> None:
    """A record of the person that no reader can read: whoever hears of creators keeps it for the operator."""
    value = f'{{"id": "zq", "entity": "{profile}", "state": {{"display_name": "Zqparked{MARK}"}}}}'.encode()
    named = [("ce_type", b"discovery.profile-imported.v1"), ("content-type", b"application/json")]
    scan.put_on_topic(settings["KAFKA_BOOTSTRAP"], topics.CREATORS.name, profile.encode(), value, named)
    wait_for("it to be parked", lambda: set(scan.in_databases(settings["MONGO_URL"], [b"zqparked"])) >= PARKED)


def everything_is_where_it_belongs(settings: Any, folder: Path, cast: Cast) -> None:
    """Before: found where it must be, and what is private nowhere else; so each way of looking finds something."""
    stores = scan.in_databases(settings["MONGO_URL"], EVERYTHING)
    expected = {
        "discovery.profiles",
        "discovery.registrations",
        "discovery.shortlist_entries",
        "discovery.snapshots",
        "discovery.videos",
        "discovery.timers",
        "campaigns.applications",
        "campaigns.assets",
        "campaigns.profiles",
        "campaigns.collaborations",
        "campaigns.messages",
        "notifications.contacts",
        "notifications.profiles",
        "notifications.collaborations",
        "attribution.collaborations",
        "console.accounts",
        *PARKED,
    }
    assert expected - set(stores) == set()
    assert "discovery.photos" not in stores, "words beside a picture are not kept"
    assert scan.count(settings["MONGO_URL"], "discovery", "photos") == 1
    assert set(scan.in_databases(settings["MONGO_URL"], [OF_AGE_AS_STORED])) == {"discovery.timers"}
    private = scan.in_databases(settings["MONGO_URL"], NEVER_LEAVES)
    assert set(private) == {"discovery.registrations"}
    assert private["discovery.registrations"] == scan.words_in(b"\x00".join(NEVER_LEAVES), NEVER_LEAVES) - {
        f"{BORN:%Y-%m-%d}"
    }
    assert set(scan.in_databases(settings["MONGO_URL"], [ADDRESS.encode()])) == {"notifications.contacts"}
    assert set(scan.in_databases(settings["MONGO_URL"], ONLY_IN_CAMPAIGNS)) == {"campaigns.messages"}
    said = scan.on_topics(settings["KAFKA_BOOTSTRAP"], EVERYTHING, newest_of_entities=False)
    assert set(said) == {"discovery.creators.v1", "campaigns.collaborations.v1", "campaigns.applications.v1"}
    assert set(scan.on_topics(settings["KAFKA_BOOTSTRAP"], EVERYTHING, newest_of_entities=True)) == set(said)
    never = [*NEVER_LEAVES, ADDRESS.encode(), *ONLY_IN_CAMPAIGNS, PAGE_NAME.encode()]
    assert scan.on_topics(settings["KAFKA_BOOTSTRAP"], never, newest_of_entities=False) == {}
    indexed = scan.in_indexes(folder / "search", EVERYTHING)
    assert {place.rpartition(".")[2] for place in indexed} >= {"names", "bio", "city"}
    assert scan.in_indexes(folder / "search", never) == {}
    assert len(scan.in_files(folder / "files", EVERYTHING)) == 1, "the file that was handed in"
    assert scan.in_files(folder / "redirect", [cast.links["ada"].rpartition("/")[2].encode()]) != {}
    assert any("discovery" in name for name in scan.in_files(folder / "logs", [b"/v1/me/profiles/{profile}/photo"]))
    assert scan.in_files(folder / "logs", EVERYTHING, but="^mail") == {}


def nothing_is_left(settings: Any, folder: Path) -> None:
    """After: in no collection, in no newest record of a key, in no fact, in no file of an index, in no log."""
    assert scan.in_databases(settings["MONGO_URL"], EVERYTHING) == {}
    assert scan.count(settings["MONGO_URL"], "discovery", "photos") == 0
    assert scan.on_topics(settings["KAFKA_BOOTSTRAP"], EVERYTHING, newest_of_entities=True) == {}
    assert scan.in_indexes(folder / "search", EVERYTHING) == {}
    assert scan.in_files(folder / "redirect", EVERYTHING) == {}
    assert scan.in_files(folder / "files", EVERYTHING) == {}
    assert scan.in_files(folder / "logs", EVERYTHING, but="^mail") == {}


def nobody_comes_back(cast: Cast, profile: str) -> None:
    """Neither by a list, nor by an old session; the same address is a new account."""
    operator, person = cast.people["operator"], cast.people["ada"]
    csv = f"handle,followers\n{HANDLE},300000\n".encode()
    report = operator.call("discovery", "POST", "/v1/imports", content=csv, headers={"Content-Type": "text/csv"}).json()
    assert (report["new"], report["refused_total"]) == (0, 1)
    assert "erased on request" in report["refused"][0]["reason"]
    assert operator.call("discovery", "GET", f"/v1/creators/{profile}").status_code == httpx.codes.NOT_FOUND
    bio = httpx.get(f"{cast.where.attribution_url}/v1/bio/{cast.accounts['ada']}", timeout=10)
    assert bio.status_code == httpx.codes.NOT_FOUND
    again = cast.person("anew", ADDRESS)
    again.ignore_earlier_mails()
    assert again.sign_in() != cast.accounts["ada"]
    assert person is not again


def found_by(brand: Any, asked: str) -> int:
    """How many creators a search finds."""
    whoever = "&".join(f"standing={one.value}" for one in Standing)
    return int(brand.get("discovery", f"/v1/creators?{asked}&{whoever}")["total"])


def outstanding(operator: Any, ids: set[str]) -> set[str]:
    """The services that owe an answer to any of these erasures."""
    found = [one for one in operator.get("discovery", "/v1/erasures")["items"] if one["id"] in ids]
    assert {one["id"] for one in found} == ids
    return {answer["service"] for one in found for answer in one["answers"] if answer["answered_at"] is None}


def written_down(redirect: Any) -> None:
    """It writes what it knows to its files when it stops; nobody follows a link meanwhile."""
    redirect.stop()
    redirect.start()


def kill_once(process: Any, done: Any) -> None:
    """Start it, kill it in the middle of what it has to forget, whatever that is just then, and start it again."""
    process.start()
    deadline = time.monotonic() + 0.6
    while time.monotonic() < deadline and not done():
        time.sleep(0.05)
    process.kill()
    process.start()
