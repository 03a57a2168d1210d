"""One run: the flow in a thread, the blows in this one, and the reckoning at the end."""

import asyncio
import threading

from local.errors import StackError
from tests.chaos import checks
from tests.chaos.flow import Flow, Told
from tests.chaos.history import History
from tests.chaos.plan import Blow, How, Plan, pause
from tests.chaos.scene import Scene, a_scene


def run(plan: Plan, plant: str = "") -> list[str]:
    """What was violated; nothing if all is well. Errors of the harness itself are raised."""
    with a_scene(plan, plant) as scene:
        print(f"seed {plan.seed}: {plan.orders} orders, {plan.clicks} clicks, {len(plan.blows)} blows", flush=True)
        history = History(scene.directory / "history.jsonl")
        try:
            told = _flow_under_blows(scene, plan, history)
        finally:
            history.close()
        print(f"  all sent; {len(told.clicks)} clicks answered, {len(told.poison)} poison. Settling ...", flush=True)
        found = checks.settle(scene)
        found += checks.check(scene, told)
        found += checks.verified(scene)
        return found + checks.timers(scene, lambda: scene.strike(Blow(How.KILL, "campaigns", 0, 0.5)))


def _flow_under_blows(scene: Scene, plan: Plan, history: History) -> Told:
    flow = Flow(scene.cast, plan, history)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(flow.run())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=work, name="flow")
    thread.start()
    for blow in plan.blows:
        pause(blow.after)
        print(f"  {blow.how}: {blow.target}, away {blow.away:.1f} s", flush=True)
        try:
            scene.strike(blow)
        except StackError as error:
            thread.join()
            raise AssertionError(f"{blow.target} did not come back: {error}") from error
    thread.join()
    if failed:
        raise failed[0]
    return flow.told
