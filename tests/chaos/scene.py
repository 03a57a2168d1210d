"""The stage: the whole platform as processes, a brand with two creators, and invitations that nobody answers."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

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
from tests.chaos.plan import Blow, How, Plan, pause

WORKERS = ("attribution-worker", "attribution-worker-2")


@dataclass
class Scene:
    """A running installation and who plays on it."""

    directory: Path
    stack: Stack
    mail: MailCatcher
    system: System
    cast: Cast
    group: Group

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

    def restart_all(self, **env: str) -> None:
        """Start every service again with further settings, such as a moved clock."""
        for process in reversed(list(self.system.processes.values())):
            process.stop()
        for process in self.system.processes.values():
            process.env |= env
        threads = [threading.Thread(target=process.start) for process in self.system.processes.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


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
        group.start(setup)
        assert setup.wait(120) == 0, setup.log_tail(20)
        system = the_system(directory, settings, ports)
        processes = dict(system.processes) | {WORKERS[1]: _second_worker(system, directory)}
        for name, process in processes.items():
            if name.startswith("attribution"):
                process.env["PLANT"] = plant
        system = System(settings, ports, processes)
        group.start(*processes.values())
        where = Addresses.from_environment(system.addresses | {"MAIL_URL": mail.url})
        cast = Cast(where, Wishes(), Mailbox(mail.url), Topic(where.kafka_bootstrap))
        try:
            _prepare(cast, plan)
            yield Scene(directory, stack, mail, system, cast, group)
        finally:
            for person in cast.people.values():
                person.close()
            cast.topic.close()
            cast.mailbox.close()
            if os.environ.get("CHAOS_KEEP_LOGS"):
                os.system(f"cp -r {directory}/logs {os.environ['CHAOS_KEEP_LOGS']}")  # noqa: S605 - a developer's own path


def _second_worker(system: System, directory: Path) -> Service:
    first = system.processes[WORKERS[0]]
    port = free_port()
    second = Service(
        WORKERS[1],
        first.argv,
        first.env | {"HTTP_PORT": str(port), "PROCESS_SLOT": WORKERS[1]},
        directory / "logs" / f"{WORKERS[1]}.log",
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        ready_within=90,
    )
    second.port = port
    return second


def _prepare(cast: Cast, plan: Plan) -> None:
    """A brand with stores and a campaign; two creators agree, others are invited and never answer."""
    operator = cast.person("operator", cast.where.operator_email)
    operator.sign_in()
    handles = [f"chaos{number:03d}" for number in range(plan.invitations + 3)]
    csv = "handle,name,followers\n" + "".join(
        f"{handle},Chaos {handle},{250_000 + i}\n" for i, handle in enumerate(handles)
    )
    operator.call("discovery", "POST", "/v1/imports", content=csv.encode(), headers={"Content-Type": "text/csv"})
    tale.register_brand(cast)
    tale.find_creators(cast)
    tale.publish_campaign(cast)
    tale.invite_three(cast)
    brand = cast.people["brand"]
    for number in range(plan.invitations):
        address = f"silent{number}.{cast.run}@creators.example"
        invited = brand.post("campaigns", f"/v1/campaigns/{cast.campaign}/invitations", {"address": address})
        cast.invitations[f"silent{number}"] = invited["id"]
    wait_for("the redirect to know both links", lambda: all(follow(link, BROWSER) for link in cast.links.values()))
