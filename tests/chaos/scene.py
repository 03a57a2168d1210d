"""The stage: the whole platform as processes, a brand with two creators, and invitations that nobody answers."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from local.group import Group, Server
from local.kafka import jars
from local.mail import MailCatcher
from local.ports import free_port
from local.stack import Source, Stack, find_source
from local.system import Ports, Service, System, settings_for, the_setup, the_system
from story import tale
from story.addresses import Addresses, Wishes
from story.cast import BROWSER, Cast, follow
from story.people import Mailbox
from story.shops import Topic
from story.telling import wait_for
from tests.chaos.deadlines import AT_WORK
from tests.chaos.plan import SKEWED, Blow, How, Plan, pause
from tests.chaos.sight import Sight
from tests.chaos.skew import library, skewed

WORKERS = ("attribution-worker", "attribution-worker-2")
PLANTED_IN_CAMPAIGNS = {"host-clock"}
"""Faults that are planted there; the others in attribution."""


@dataclass
class Scene:
    """A running installation and who plays on it."""

    directory: Path
    stack: Stack
    mail: MailCatcher
    system: System
    cast: Cast
    group: Group
    profiles: dict[str, str]
    sight: Sight

    def target(self, name: str) -> Server:
        """A server by its name in a plan."""
        return {"kafka": self.stack.kafka, "mongo": self.stack.mongo}.get(name) or self.system.processes[name]

    def strike(self, blow: Blow) -> None:
        """Kill it and start it again, or stop it and wake it."""
        target = self.target(blow.target)
        if blow.how is How.ZOMBIE:
            target.pause()
            pause(blow.away)
            target.resume()
            return
        target.kill()
        pause(blow.away)
        target.start()


@contextmanager
def a_scene(plan: Plan, plant: str = "") -> Iterator[Scene]:
    """Everything up from nothing on free ports, and the cast ready; nothing is left running at the end."""
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder, Group() as group:
        directory = Path(folder)
        source = find_source()
        if source is Source.LOCAL:
            jars.fetch()
        stack = Stack(source, directory)
        mail = MailCatcher(log_path=directory / "logs" / "mail.log")
        group.start(stack.kafka, stack.mongo, mail)
        ports = Ports(**dict.fromkeys(asdict(Ports()), 0) | {name: free_port() for name in asdict(Ports())})
        settings = settings_for(
            directory, kafka=stack.kafka.address, mongo=stack.mongo.address, smtp_port=mail.smtp_port, ports=ports
        )
        setup = the_setup(directory, settings)
        assert setup.start().wait(120) == 0, setup.log_tail(20)
        system = the_system(directory, settings, ports)
        processes = dict(system.processes)
        processes |= {WORKERS[1]: _another(processes[WORKERS[0]], WORKERS[1], directory)}
        for name, by in SKEWED.items():
            processes[name] = _another(processes["campaigns"], name, directory, "worker", skewed(by))
        for name, process in processes.items():
            if name.startswith("campaigns" if plant in PLANTED_IN_CAMPAIGNS else "attribution"):
                process.env["PLANT"] = plant
        system = System(settings, ports, processes)
        group.start(*processes.values())
        where = Addresses.from_environment(system.addresses | {"MAIL_URL": mail.url})
        cast = Cast(where, Wishes(), Mailbox(mail.url), Topic(where.kafka_bootstrap))
        sight = Sight(stack.mongo.address)
        try:
            must_be_skewed(directory)
            yield Scene(directory, stack, mail, system, cast, group, _prepare(cast, plan), sight)
        finally:
            sight.close()
            for person in cast.people.values():
                person.close()
            cast.topic.close()
            cast.mailbox.close()
            if os.environ.get("CHAOS_KEEP_LOGS"):
                os.system(f"cp -r {directory}/logs {os.environ['CHAOS_KEEP_LOGS']}")  # noqa: S605 - a developer's own path


def _another(
    like: Service, name: str, directory: Path, role: str = "worker", env: Mapping[str, str] = MappingProxyType({})
) -> Service:
    port = free_port()
    made = Service(
        name,
        [*like.argv[:-1], role],
        like.env | {"HTTP_PORT": str(port), "PROCESS_SLOT": name, **env},
        directory / "logs" / f"{name}.log",
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        ready_within=180,
    )
    made.port = port
    return made


def must_be_skewed(directory: Path) -> None:
    """See by their logs, which tell the host's time, that the clocks are off indeed; said where they can't be."""
    if library() is None:
        print("  libfaketime is not installed (apt install libfaketime): no clock is wrong in this run", flush=True)
        return
    for name, by in SKEWED.items():
        first = (directory / "logs" / f"{name}.log").read_text().splitlines()[0]
        off = datetime.fromisoformat(json.loads(first)["timestamp"]) - datetime.now(UTC)
        hours = round(off / timedelta(hours=1))
        assert hours == int(by.removesuffix("h")), f"the clock of {name} is off by {off}, not by {by}"


def _prepare(cast: Cast, plan: Plan) -> dict[str, str]:
    """A brand with stores and a campaign; two creators agree, others are invited and never answer.

    Two more accept and so claim the profiles that are returned, by which they are asked for work later on.
    """
    operator = cast.person("operator", cast.where.operator_email)
    operator.sign_in()
    handles = [f"chaos{number:03d}" for number in range(plan.invitations + 5)]
    csv = "handle,name,followers\n" + "".join(
        f"{handle},Chaos {handle},{250_000 + i}\n" for i, handle in enumerate(handles)
    )
    operator.call("discovery", "POST", "/v1/imports", content=csv.encode(), headers={"Content-Type": "text/csv"})
    tale.register_brand(cast)
    tale.find_creators(cast)
    tale.publish_campaign(cast)
    tale.invite_three(cast)
    brand = cast.people["brand"]
    known = {profile["id"] for profile in cast.profiles[:3]}
    found = brand.get("discovery", "/v1/creators?min_followers=250000&limit=100")["items"]
    others = [profile for profile in found if profile["id"] not in known]
    profiles = dict(zip(AT_WORK, (profile["id"] for profile in others), strict=False))
    for name, profile in zip(AT_WORK, others, strict=False):
        tale.invite(cast, name, profile)
        tale.answer(cast, name, accepts=True)
    for number in range(plan.invitations):
        address = f"silent{number}.{cast.run}@creators.example"
        invited = brand.post("campaigns", f"/v1/campaigns/{cast.campaign}/invitations", {"address": address})
        cast.invitations[f"silent{number}"] = invited["id"]
    wait_for("the redirect to know both links", lambda: all(follow(link, BROWSER) for link in cast.links.values()))
    for profile in profiles.values():
        wait_for("campaigns to know who claims a profile", lambda: _is_claimed(cast, profile))  # noqa: B023 - called at once
    return profiles


def _is_claimed(cast: Cast, profile: str) -> bool:
    """Whether the brand may write to it without an address."""
    path = f"/v1/campaigns/{cast.campaign}/invitations"
    answer = cast.people["brand"].call("campaigns", "POST", path, json={"profile": profile})
    return answer.status_code == 409
