"""`python -m <service> [role | verb]`: every service's command line."""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

import typer

from chassis import service as services
from chassis.service import Service
from chassis.settings import ServiceSettings, SettingsError, load

S = TypeVar("S", bound=ServiceSettings)

USAGE = 2
UNAVAILABLE = 1


def build(  # noqa: C901 - one small function a command
    create_app: Callable[[S], Service[Any]], settings_kind: type[S]
) -> typer.Typer:
    """The command line of a service: its roles, `check` and `setup`; services may add verbs of their own."""
    app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)

    def create() -> Service[Any]:
        try:
            return create_app(load(settings_kind))
        except SettingsError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(USAGE) from None

    @app.callback(invoke_without_command=True)
    def every(context: typer.Context) -> None:
        """Run all roles in one process when no role is named."""
        if context.invoked_subcommand is None:
            service = create()
            asyncio.run(services.run(service, service.all_roles))

    def role_command(role: str) -> Callable[[], None]:
        def command() -> None:
            service = create()
            # A process that needs none of the rest serves and nothing else: it gets the faster loop.
            with asyncio.Runner(loop_factory=services.new_loop if role in service.roles else None) as runner:
                runner.run(services.run(service, [role]))

        command.__doc__ = f"Run the role {role} alone."
        return command

    for role in _roles(create_app, settings_kind):
        app.command(role)(role_command(role))

    @app.command("all")
    def run_all() -> None:
        """Run all roles in one process."""
        service = create()
        asyncio.run(services.run(service, service.all_roles))

    @app.command()
    def check() -> None:
        """Check the settings and print them, secrets hidden; exit status 2 if something is wrong."""
        typer.echo(json.dumps(create().settings.shown(), indent=2, sort_keys=True))

    @app.command()
    def setup(
        restored: Annotated[  # noqa: FBT002 - typer declares flags so
            bool,
            typer.Option("--restored", help="After a restore from a backup: raise all revisions by 2^32."),
        ] = False,
    ) -> None:
        """Make topics, collections, indexes and validators; safe to repeat."""
        try:
            made = asyncio.run(services.setup(create(), restored=restored))
        except services.CannotSetUp as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(UNAVAILABLE) from None
        typer.echo(f"ready; new topics: {', '.join(made) or 'none'}")

    return app


def _roles(create_app: Callable[[S], Service[Any]], settings_kind: type[S]) -> tuple[str, ...]:
    """The roles that there are, also when the environment is wrong: `--help` must always answer."""
    return create_app(cast("S", settings_kind.model_construct())).all_roles


def main(create_app: Callable[[S], Service[Any]], settings_kind: type[S]) -> None:
    """Run the command line; a service's `__main__`."""
    build(create_app, settings_kind)(prog_name=f"python -m {_package()}")


def _package() -> str:
    return (sys.modules["__main__"].__spec__.parent if sys.modules["__main__"].__spec__ else "") or "service"
