"""`make demo`, `make up` and `make down`: the platform on this machine, with or without its story."""

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from local.errors import StackError
from local.group import Group, Terminated
from local.kafka import jars
from local.lock import demo_pid, only_demo
from local.mail import MailCatcher
from local.places import LOCAL
from local.stack import Source, Stack, find_source
from local.system import Ports, System, settings_for, the_setup, the_system
from story.addresses import Addresses, Wishes
from story.run import tell
from story.telling import StoryFailed, say

MAIL_PORT = 8025
DOWN_WITHIN = 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0, 1 something failed (the reason is said), 2 something is to be installed or set."""
    options = _parser().parse_args(argv)
    began = time.monotonic()
    try:
        match options.command:
            case "demo":
                with only_demo(), Group() as group:
                    directory = LOCAL / "demo"
                    shutil.rmtree(directory, ignore_errors=True)
                    system, mail = bring_up(
                        group, directory, _ports(options.port_offset), MAIL_PORT + options.port_offset
                    )
                    play(group, system, mail, began)
                    if sys.stdin.isatty() and not os.environ.get("CI"):
                        say("\nStill running. Ctrl-C stops everything.")
                        group.watch()
                say("Everything is stopped.")
            case "up":
                with only_demo(), Group() as group:
                    system, mail = bring_up(
                        group, LOCAL / "up", _ports(options.port_offset), MAIL_PORT + options.port_offset
                    )
                    _say_where(system, mail)
                    say("Ctrl-C, or `make down`, stops everything; the data stay.")
                    group.watch()
            case "down":
                return down()
    except StackError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except StoryFailed as error:
        print(f"\nThe story failed: {error}\nLogs: {LOCAL / 'demo' / 'logs'}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Terminated):
        say("Everything is stopped.")
    return 0


def bring_up(group: Group, directory: Path, ports: Ports, mail_port: int | None = None) -> tuple[System, MailCatcher]:
    """Servers, mail catcher and every process, each ready when this returns; what fails says why."""
    source = find_source()
    if source is Source.LOCAL and not jars.is_complete(jars.HOME):
        say("Fetching Kafka's jars (44 MB, once) ...")
        jars.fetch()
    stack = Stack(source, directory)
    mail = MailCatcher(http_port=mail_port, log_path=directory / "logs" / "mail.log")
    say("Starting Kafka, MongoDB and a mail catcher ...")
    began = time.monotonic()
    group.start(stack.kafka, stack.mongo, mail)
    say(f"  up after {time.monotonic() - began:.1f} s. Making topics, collections and indexes ...")
    settings = settings_for(
        directory, kafka=stack.kafka.address, mongo=stack.mongo.address, smtp_port=mail.smtp_port, ports=ports
    )
    setup = the_setup(directory, settings)
    if setup.start().wait(90) != 0:  # not in the group, where whatever ends by itself is a failure
        raise StackError(f"the setup failed:\n{setup.log_tail()}")
    system = the_system(directory, settings, ports)
    say(f"  done after {time.monotonic() - began:.1f} s. Starting {len(system.processes)} processes ...")
    group.start(*system.processes.values())
    say(f"  all ready after {time.monotonic() - began:.1f} s.")
    return system, mail


def play(group: Group, system: System, mail: MailCatcher, began: float) -> None:
    """Tell the story to the running system, killing its worker in the middle and moving its clock at the end."""
    where = Addresses.from_environment(system.addresses | {"MAIL_URL": mail.url})
    creators = os.environ.get("CREATORS", "")
    worker = system.processes["attribution-worker"]

    def kill() -> None:
        worker.kill()
        worker.start()

    tell(
        where,
        Wishes(Path(creators) if creators else None),
        kill=kill,
        move_clock=lambda offset: system.move_clock(group, offset),
    )
    say(f"From the beginning of everything to the end of the story: {time.monotonic() - began:.0f} s.")
    _say_where(system, mail)


def _ports(offset: int) -> Ports:
    return Ports(**{name: port + offset for name, port in asdict(Ports()).items()})


def _say_where(system: System, mail: MailCatcher) -> None:
    console = system.settings["CONSOLE_URL"]
    say("\nWhere to look:")
    say(f"  {console}/sign-in   sign in by a code; the code is in the mail catcher")
    say(f"  {mail.url}   the mail catcher: every mail that was sent")
    say(f"  the operator is {system.settings['OPERATOR_EMAIL']}; the story's people have the addresses in the mails")


def down() -> int:
    """Stop what `make up` or `make demo` left running in this checkout, by its process id."""
    pid = demo_pid()
    if pid is None:
        say("Nothing is up.")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_WITHIN
    while demo_pid() is not None:
        if time.monotonic() > deadline:
            print(f"process {pid} did not stop within {DOWN_WITHIN:g} s", file=sys.stderr)
            return 1
        time.sleep(0.1)
    say("Everything is stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("command", choices=("demo", "up", "down"))
    parser.add_argument(
        "--port-offset",
        type=int,
        default=int(os.environ.get("PORT_OFFSET", "0")),
        help="added to every port, where the usual ones are taken",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
