"""Persons who are to be forgotten, as discovery tells of them."""

from typing import Any

from contracts.forgetting import Held, Kept, KeptBecause, Went
from contracts.http.discovery import AskedBy, ErasureOut, ErasurePlan, ProfileFate, ProfileToForget, ServiceAnswer
from discovery.domain.erasure import GOES, SERVICES, STAYS
from tests.console.sample_people import CREATOR, ago

ERASURE = "erasure-1"


def a_plan() -> ErasurePlan:
    return ErasurePlan(
        profiles=(
            ProfileToForget(profile="profile-ana", network="tiktok", handle="ana.glows", fate=ProfileFate.ERASED),
            ProfileToForget(profile="profile-b", network="instagram", handle="ana.more", fate=ProfileFate.RELEASED),
        ),
        goes=GOES,
        stays=STAYS,
    )


def an_erasure(id_: str = ERASURE, *, answered: int = 3, **values: Any) -> ErasureOut:
    went = {
        "discovery": (Went(what=Held.PROFILES, count=1), Went(what=Held.FIGURES, count=412)),
        "campaigns": (Went(what=Held.COLLABORATIONS, count=3), Went(what=Held.CONVERSATIONS, count=1)),
    }
    kept = {"campaigns": (Kept(what=Held.COLLABORATIONS, because=KeptBecause.AGREEMENT),)}
    answers = tuple(
        ServiceAnswer(service=name, answered_at=ago(hours=2), went=went.get(name, ()), kept=kept.get(name, ()))
        if number < answered
        else ServiceAnswer(service=name)
        for number, name in enumerate(SERVICES)
    )
    return ErasureOut(
        **{
            "id": id_,
            "asked_by": AskedBy.CREATOR,
            "account": CREATOR,
            "profiles": ("profile-ana",),
            "asked_at": ago(hours=2),
            "asked": 1,
            "overdue": answered < len(SERVICES),
            "answers": answers,
            **values,
        }
    )


def some_erasures() -> list[ErasureOut]:
    by_operator = {"asked_by": AskedBy.OPERATOR, "account": None, "profiles": ("profile-x",)}
    return [
        an_erasure(),
        an_erasure("erasure-2", overdue=False, asked_at=ago(minutes=1), **by_operator),
        an_erasure("erasure-3", answered=5, asked=2, asked_at=ago(days=9), completed_at=ago(days=9)),
    ]


def answers() -> dict[str, Any]:
    return {
        "GET discovery/v1/me/erasure": a_plan(),
        "POST discovery/v1/me/erasure": an_erasure(answered=1, overdue=False),
        "POST discovery/v1/erasures": an_erasure(),
        **{f"GET discovery/v1/erasures/{one.id}": one for one in some_erasures()},
        **{f"POST discovery/v1/erasures/{one.id}/ask-again": one for one in some_erasures()},
    }
