"""`python -m local up | fetch | mail`: the stack without Docker, from the command line."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from local.errors import StackError
from local.group import Group, Terminated
from local.kafka import jars
from local.lock import DEMO_LOCK, only_demo
from local.mail import MailCatcher
from local.places import LOCAL
from local.ports import must_be_free
from local.stack import Ports, Source, Stack, find_source


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0, 1 for a server that does not start, 2 for something to install or a wrong command line."""
    options = _parser().parse_args(argv)
    try:
        match options.command:
            case "up":
                up(options)
            case "fetch":
                print(f"Kafka's jars are in {jars.fetch()}")
            case "mail":
                mail(options)
    except StackError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, Terminated):  # how `up` and `mail` are meant to end
        return 0
    return 0


def up(options: argparse.Namespace) -> None:
    """Start everything, say where it is, stay until Ctrl-C or SIGTERM, and leave nothing running."""
    directory: Path = options.dir or LOCAL / "stack"
    with only_demo(directory / "lock" if options.dir else DEMO_LOCK), Group() as group:
        source = find_source()
        if source is Source.LOCAL and not jars.is_complete(jars.HOME):
            print("fetching Kafka's jars (44 MB, once)", flush=True)
            jars.fetch()
        stack = Stack(source, directory, Ports(options.kafka_port, options.controller_port, options.mongo_port))
        catcher = MailCatcher(smtp_port=options.smtp_port, http_port=options.mail_port, log_path=directory / "mail.log")
        group.start(stack.kafka, stack.mongo, catcher)
        print(f"KAFKA_BOOTSTRAP={stack.kafka.address}")
        print(f"MONGO_URL={stack.mongo.address}")
        print(f"SMTP_PORT={catcher.smtp_port}")
        print(f"MAIL_URL={catcher.url}", flush=True)
        group.watch()


def mail(options: argparse.Namespace) -> None:
    """The mail catcher alone, in this process."""
    from local.mail.server import serve  # noqa: PLC0415 - uvicorn and aiosmtpd are for this command only

    failures = {}
    for entry in filter(None, os.environ.get("MAIL_FAILURES", "").split(",")):
        address, _, code = entry.partition("=")
        if not code.isdigit():
            raise StackError(f"MAIL_FAILURES={entry} is not understood: it is `address=code`, several with commas")
        failures[address.strip().lower()] = int(code)
    for port in (options.smtp_port, options.http_port):
        must_be_free(port, "the mail catcher")
    asyncio.run(serve(options.smtp_port, options.http_port, failures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="start Kafka, MongoDB and the mail catcher, and stay until Ctrl-C")
    start.add_argument("--dir", type=Path, help="where data and logs are kept; `.local/stack` if not given")
    for name in ("kafka", "controller", "mongo", "smtp", "mail"):
        start.add_argument(f"--{name}-port", type=int, help="a free one if not given")
    commands.add_parser("fetch", help="fetch Kafka's jars, and nothing else")
    catcher = commands.add_parser("mail", help="the mail catcher alone; MAIL_FAILURES=address=code,... refuses some")
    catcher.add_argument("--smtp-port", type=int, default=1025)
    catcher.add_argument("--http-port", type=int, default=8025)
    return parser


if __name__ == "__main__":
    sys.exit(main())
