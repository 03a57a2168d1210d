"""One run: the flow in a thread, deadlines in another, the blows in this one, and the reckoning at the end."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from local.errors import StackError
from tests.chaos import checks, timing
from tests.chaos.deadlines import EXPIRED, Deadlines, Wanted
from tests.chaos.flow import Flow, Told
from tests.chaos.history import History
from tests.chaos.plan import SKEWED, Blow, How, Plan, pause
from tests.chaos.scene import Scene, a_scene

MOVED_BY = timedelta(days=8)


def run(plan: Plan, plant: str = "") -> list[str]:
    """What was violated; nothing if all is well. Errors of the harness itself are raised."""
    with a_scene(plan, plant) as scene:
        print(
            f"seed {plan.seed}: {plan.orders} orders, {plan.clicks} clicks, {plan.deadlines} deadlines,"
            f" {len(plan.blows)} blows",
            flush=True,
        )
        history = History(scene.directory / "history.jsonl")
        try:
            told, wanted = _flow_under_blows(scene, plan, history)
        finally:
            history.close()
        print(f"  all sent; {len(told.clicks)} clicks answered, {len(told.poison)} poison. Settling ...", flush=True)
        found = timing.check(scene, scene.sight, wanted, timing.Clock())
        found += checks.check(scene, told)
        found += checks.verified(scene)
        return found + _eight_days_later(scene, [*wanted, *_silent(scene)])


def _silent(scene: Scene) -> list[Wanted]:
    """The invitations that nobody answers, and until when they are open."""
    brand = scene.cast.people["brand"]
    found = brand.pages("campaigns", f"/v1/campaigns/{scene.cast.campaign}/collaborations")
    return [
        Wanted(one["id"], None, EXPIRED, datetime.fromisoformat(one["invitation"]["expires_at"]))
        for one in found
        if one["status"] == "invited"
    ]


def _eight_days_later(scene: Scene, wanted: list[Wanted]) -> list[str]:
    """Every clock is moved; all of campaigns' workers are killed while what is due by then fires."""
    moved_at = scene.sight.now()
    scene.system.move_clock(scene.group, f"P{MOVED_BY.days}D")
    for name in ("campaigns", *SKEWED):
        scene.strike(Blow(How.KILL, name, 0, 0.5))
    return timing.check(scene, scene.sight, wanted, timing.Clock(moved_at, MOVED_BY))


def _flow_under_blows(scene: Scene, plan: Plan, history: History) -> tuple[Told, list[Wanted]]:
    flow = Flow(scene.cast, plan, history)
    deadlines = Deadlines(scene.cast, scene.profiles, plan, history)
    failed: list[BaseException] = []

    def work(what: Callable[[], object]) -> None:
        try:
            what()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            failed.append(error)

    def flows() -> None:
        asyncio.run(flow.run())

    threads = [threading.Thread(target=work, args=(what,)) for what in (flows, deadlines.run)]
    for thread in threads:
        thread.start()
    try:
        for blow in plan.blows:
            pause(blow.after)
            print(f"  {blow.how}: {blow.target}, away {blow.away:.1f} s", flush=True)
            scene.strike(blow)
    except StackError as error:
        raise AssertionError(f"{blow.target} did not come back: {error}") from error
    finally:
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]
    return flow.told, deadlines.wanted
