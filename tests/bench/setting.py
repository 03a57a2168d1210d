"""What the benches share: a brand with a store and its creators, and where processes run and what they cost."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from chassis.ids import new_id
from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    CouponTerms,
    Invitation,
    InvitationAccepted,
    InvitationKind,
    Period,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.console import Account, AccountKind, BrandDetails, BrandRegistered, StoreChanged, StoreDetails, StoreKind
from contracts.envelope import Event
from contracts.money import Money
from local.system import Service

BRAND = "bench-brand"
STORE = "bench-store"
CAMPAIGN = "bench-campaign"
RATE = 1000
"""Basis points of every commission."""


def facts(now: datetime, creators: int = 1, *, code: str | None = None) -> list[Event]:
    """A brand with a store, and an agreement with each creator; the first one has the code, if there is one."""
    before = now - timedelta(hours=2)
    brand = Account(
        id=BRAND,
        kind=AccountKind.BRAND,
        brand=BrandDetails(name="Bench", domains=("bench.example",), currency="EUR"),
        registered_at=before,
    )
    store = Account(
        id=STORE,
        kind=AccountKind.STORE,
        store=StoreDetails(brand=BRAND, kind=StoreKind.TOPIC, shop="bench.example"),
        registered_at=before,
    )
    agreements = [_agreement(number, before, now, code if number == 0 else None) for number in range(creators)]
    return [
        BrandRegistered.of(brand, id=new_id(), time=now, revision=1),
        StoreChanged.of(store, id=new_id(), time=now, revision=1),
        *(InvitationAccepted.of(one, id=new_id(), time=now, revision=1) for one in agreements),
    ]


def creator(number: int) -> str:
    """The id of the creator of that number."""
    return f"bench-creator-{number}"


def collaboration(number: int) -> str:
    """The id of that creator's collaboration."""
    return f"bench-collaboration-{number}"


def _agreement(number: int, before: datetime, now: datetime, code: str | None) -> Collaboration:
    terms = TermsVersion(
        number=1,
        notice_at=before,
        in_force_at=before,
        fee=Money(amount=0, currency="EUR"),
        rates=(Rate(plan=Plan.PERCENT, basis_points=RATE),),
        coupon=None if code is None else CouponTerms(code=code, percent_off=2000),
    )
    return Collaboration(
        id=collaboration(number),
        brand=BRAND,
        campaign=CAMPAIGN,
        creator=creator(number),
        status=CollaborationStatus.AGREED,
        invitation=Invitation(
            kind=InvitationKind.DIRECT, contact=creator(number), sent_at=before, expires_at=now + timedelta(days=6)
        ),
        terms=(terms,),
        landing_url="https://bench.example/",
        active=(Period(start=before),),
        agreed_at=before,
    )


def another(worker: Service, number: int, port: int) -> Service:
    """One more process like this one, with a slot and a port of its own."""
    name = f"{worker.name}-{number}"
    env = worker.env | {"HTTP_PORT": str(port), "PROCESS_SLOT": name}
    made = Service(
        name,
        worker.argv,
        env,
        worker.log_path.with_name(f"{name}.log"),
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        ready_within=worker.ready_within,
    )
    made.port = port
    return made


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started inside runs on that core only, its children included (`taskset -c`); no-op with one core.

    Linux keeps cores by thread, and children have those of the thread that started them: so all of ours are moved.
    """
    before = os.sched_getaffinity(0)
    if core in before:
        _keep_to({core})
    try:
        yield
    finally:
        _keep_to(before)


def _keep_to(cores: set[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):  # it has ended
            os.sched_setaffinity(int(thread.name), cores)


def cpu_seconds(*pids: int) -> float:
    """What these processes have used of the processors so far, the system's time for them included."""
    return sum(_cpu_seconds(pid) for pid in pids)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> int:
    """The resident memory of a process in MB."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
