"""Programs, applications, messages, a budget and files, as campaigns tells them: for screenshots and page tests."""

from datetime import timedelta
from typing import Any

import httpx

from campaigns.answers import findings_out
from campaigns.domain import eligibility, fit
from campaigns.domain.eligibility import Figures
from campaigns.domain.fit import Asked, Known
from contracts.campaigns import (
    Answer,
    ApplicationReason,
    ApplicationStatus,
    Brief,
    Budget,
    ContentType,
    Eligibility,
    Party,
    Program,
    Question,
)
from contracts.http.campaigns import (
    ApplicationOut,
    AssetOut,
    BudgetLineOut,
    BudgetOut,
    CampaignTerms,
    ConversationOut,
    FitOut,
    FitReason,
    MessageOut,
    NewDeliverable,
    Parts,
    ProfileSummary,
    ProgramOut,
    PublicProgram,
    RuleStanding,
)
from tests.console.sample_people import BRAND, CAMPAIGN, CREATOR, NOON, PEOPLE, ago, eur
from tests.console.sample_work import B, side_of

ANA = Known(Figures(84_200, None, "IT"), frozenset({"beauty", "lifestyle"}), frozenset({"tiktok"}))
QUESTIONS = (
    Question(id="why", text="Why does a serum suit your followers?"),
    Question(id="when", text="When could you film?", required=False),
)
TALK = "talk-1"
HOSTILE = "<b>Ignore</b> the brief & <script>alert(1)</script> שלום"


def some_terms(fee: int = 25_000, commission: int = 1200) -> CampaignTerms:
    one = NewDeliverable.model_validate(
        {
            "type": "short-video",
            "platform": "tiktok",
            "number": 2,
            "manner": "Before and after, in daylight.",
            "submission_due": NOON + timedelta(days=20),
            "publication_due": NOON + timedelta(days=28),
        }
    )
    return CampaignTerms(fee=eur(fee), commission=commission, discount=1500, deliverables=(one,))


def a_program_of_rules() -> Program:
    """What the brand asks of creators who apply to its campaign."""
    rules = Eligibility(min_followers=5_000, min_age=18, countries=("IT", "DE"))
    return Program(eligibility=rules, questions=QUESTIONS, accepts_until=NOON + timedelta(days=9))


def a_program(
    campaign: str, name: str, product: str, category: str, rules: Eligibility, *, application: str | None = None
) -> ProgramOut:
    """As Ana reads it."""
    asked = Asked(rules, category, ("tiktok", "instagram"))
    findings = eligibility.judge(rules, ANA.figures)
    return ProgramOut(
        campaign=campaign,
        brand=BRAND,
        brand_name="Lumea Skincare",
        name=name,
        landing_url="https://lumea.example/products/vitamin-c-serum",
        brief=Brief(
            product=product,
            category=category,
            channels=("tiktok", "instagram"),
            strengths="Visible after two weeks. No perfume.",
            key_messages="Three drops in the morning, then sun cream.",
            content_type=ContentType.BEFORE_AFTER,
            dos="Show your own skin, in daylight.",
            donts="No filters, no medical claims.",
            hashtags=("#lumea", "#skincare"),
            sample_policy="Two bottles, yours to keep",
        ),
        terms=some_terms(),
        program=Program(eligibility=rules, questions=QUESTIONS, accepts_until=NOON + timedelta(days=9)),
        standing=RuleStanding(eligibility.overall(findings).value),
        findings=findings_out(findings),
        application=application,
        fit=tuple(
            FitOut(reason=FitReason(part.reason.value), standing=RuleStanding(part.standing.value), asks=part.asks)
            for part in fit.parts(asked, ANA)
        ),
    )


def some_programs() -> list[ProgramOut]:
    """One that suits, one of which not all is known, one whose rules refuse, one that was applied to."""
    return [
        a_program("program-1", "Glow for spring", "Vitamin C serum, 30 ml", "beauty", Eligibility(min_followers=5_000)),
        a_program("program-2", "Quiet evenings", "Reading lamp", "home", Eligibility(min_followers=5_000, min_age=18)),
        a_program(
            "program-3",
            "Peak season",
            "Trail shoes",
            "sports",
            Eligibility(min_followers=150_000, countries=("US", "CA")),
        ),
        a_program(
            "program-4",
            "Refill, don't rebuy",
            "Refill bottle",
            "lifestyle",
            Eligibility(countries=("IT",)),
            application="application-1",
        ),
    ]


def a_public_program() -> PublicProgram:
    shown = some_programs()[1]
    return PublicProgram(
        campaign=shown.campaign,
        brand_name=shown.brand_name,
        name=shown.name,
        product=shown.brief.product,
        category=shown.brief.category,
        channels=shown.brief.channels,
        content_type=shown.brief.content_type,
        sample_policy=shown.brief.sample_policy,
        terms=shown.terms,
        eligibility=Eligibility(min_followers=5_000, min_age=18, countries=("IT", "DE")),
        closes_at=shown.program.accepts_until,
    )


def an_application(
    id_: str,
    person: int = 0,
    status: ApplicationStatus = ApplicationStatus.RECEIVED,
    *,
    for_brand: bool = True,
    **values: Any,
) -> ApplicationOut:
    profile, handle, name, followers, *_ = PEOPLE[person]
    rules = Eligibility(min_followers=5_000, min_age=18, countries=("IT", "DE"))
    findings = eligibility.judge(rules, Figures(followers, None, "IT"))
    can = ("approve", "counter", "decline") if for_brand else ("withdraw",)
    return ApplicationOut(
        **{
            "id": id_,
            "brand": BRAND,
            "campaign": CAMPAIGN,
            "creator": CREATOR,
            "profile": profile,
            "status": status,
            "idea": "Fourteen mornings in one minute, no filter, the bottle in the first three seconds.",
            "answers": (Answer(question="why", text="They ask me every week what I use against spots."),),
            "fee": eur(32_000),
            "applied_at": ago(days=1, hours=person * 5),
            "revision": 1,
            "brand_name": "Lumea Skincare",
            "campaign_name": "Spring serum launch",
            "profile_summary": ProfileSummary(
                id=profile, network="tiktok", handle=handle, display_name=name, followers=followers
            ),
            "standing": RuleStanding(eligibility.overall(findings).value),
            "findings": findings_out(findings),
            "can": can if status is ApplicationStatus.RECEIVED else (),
            "questions": QUESTIONS,
            "offered": some_terms(),
        }
        | values
    )


def some_applications() -> list[ApplicationOut]:
    """To the brand's program."""
    return [an_application(f"application-{at + 1}", at, commission=1500 if at == 1 else None) for at in range(3)]


def my_applications() -> list[ApplicationOut]:
    """The creator's own."""
    declined = {"reason": ApplicationReason.FULL, "note": "Next year again.", "answered_at": ago(days=3)}
    agreed = {"answered_at": ago(days=5), "collaboration": "work-1"}
    return [
        an_application("application-1", for_brand=False),
        an_application("application-8", 0, ApplicationStatus.APPROVED, for_brand=False, **agreed),
        an_application("application-9", 0, ApplicationStatus.DECLINED, for_brand=False, **declined),
    ]


def some_messages() -> list[MessageOut]:
    """Newest first."""
    said = (
        (Party.CREATOR, HOSTILE, (), False),
        (
            Party.CREATOR,
            "Here is the first cut. The code is on screen from 0:12.",
            ("https://files.example/cut-1",),
            True,
        ),
        (Party.BRAND, "The samples left today.\nTracking number RB123456785IT.", (), True),
        (Party.CREATOR, "Thank you for the invitation. Could the second video come a week later?", (), True),
    )
    return [
        MessageOut(
            id=f"message-{len(said) - at}",
            conversation=TALK,
            sender=sender,
            text=text,
            links=links,
            sent_at=ago(hours=1 + at * 9),
            read=read,
        )
        for at, (sender, text, links, read) in enumerate(said)
    ]


def a_conversation(unread: int = 1) -> ConversationOut:
    profile, handle, name, followers, *_ = PEOPLE[0]
    return ConversationOut(
        id=TALK,
        brand=BRAND,
        brand_name="Lumea Skincare",
        creator=CREATOR,
        profile_summary=ProfileSummary(
            id=profile, network="tiktok", handle=handle, display_name=name, followers=followers
        ),
        last=some_messages()[0],
        unread=unread,
    )


def some_lines() -> list[BudgetLineOut]:
    found = []
    for at, (fees, commission, posted, over) in enumerate(
        ((30_000, 100_000, 41_230, 0), (25_000, 0, 98_010, 98_010), (0, 0, 0, 0))
    ):
        profile, handle, name, followers, *_ = PEOPLE[at]
        found.append(
            BudgetLineOut(
                collaboration=f"work-{at + 1}",
                creator=CREATOR,
                profile_summary=ProfileSummary(
                    id=profile, network="tiktok", handle=handle, display_name=name, followers=followers
                ),
                stage=("concept", "publication", "cancelled")[at],
                committed=Parts(
                    fees=fees,
                    product=2_900,
                    shipping=650,
                    commission=commission,
                    total=fees + 2_900 + 650 + commission,
                ),
                spent=Parts(fees=fees // 2, commission=posted, total=fees // 2 + posted),
                over_cap=over,
                uncapped=at == 1,
            )
        )
    return found


def a_budget() -> BudgetOut:
    """Whose figures are the sums of the lines."""
    lines = some_lines()
    committed = Parts(**{name: sum(getattr(line.committed, name) for line in lines) for name in Parts.model_fields})
    spent = Parts(**{name: sum(getattr(line.spent, name) for line in lines) for name in Parts.model_fields})
    over = sum(line.over_cap for line in lines)
    return BudgetOut(
        campaign=CAMPAIGN,
        currency="EUR",
        budget=Budget(amount=eur(500_000), product=eur(2_900), shipping=eur(650)),
        committed=committed,
        spent=spent,
        over_cap=over,
        left=500_000 - committed.total - over,
        collaborations=3,
        uncapped=1,
        other_currencies={"USD": 1_250},
        revision=2,
    )


def some_files() -> list[AssetOut]:
    return [
        AssetOut(
            id=f"asset-{at}",
            campaign=CAMPAIGN,
            name=name,
            type=kind,
            size=size,
            sha256="0" * 64,
            uploaded_at=ago(days=20 - at),
        )
        for at, (name, kind, size) in enumerate(
            (("Lumea logo.png", "image/png", 48_213), ("How we talk about skin.pdf", "application/pdf", 1_204_880))
        )
    ]


def _page(items: list[Any], total: int | None = None, next_cursor: str | None = None) -> dict[str, Any]:
    return {"items": [one.model_dump(mode="json") for one in items], "next_cursor": next_cursor, "total": total}


def _a_picture(_: httpx.Request) -> httpx.Response:
    headers = {"content-type": "image/png", "content-disposition": 'attachment; filename="Lumea logo.png"'}
    return httpx.Response(200, content=b"a picture", headers=headers)


def _applications(request: httpx.Request) -> httpx.Response:
    status = request.url.params.get("status")
    found = [one for one in some_applications() if status in (None, one.status)]
    return httpx.Response(200, json=_page(found, len(found)))


def _application(request: httpx.Request) -> httpx.Response:
    id_ = request.url.path.rsplit("/", 1)[1]
    return httpx.Response(200, json=_either(request, id_).model_dump(mode="json"))


def _either(request: httpx.Request, id_: str) -> ApplicationOut:

    mine = some_applications() if side_of(request) is B else my_applications()
    return next(one for one in mine if one.id == id_)


def given() -> dict[str, Any]:
    """The kit's answers about them."""
    programs = some_programs()
    ids = {one.id for one in (*some_applications(), *my_applications())}
    path = f"campaigns/v1/campaigns/{CAMPAIGN}"
    return {
        "GET campaigns/v1/programs": _page(programs, 47, "more"),
        **{f"GET campaigns/v1/programs/{one.campaign}": one for one in programs},
        f"GET campaigns/v1/programs/{CAMPAIGN}": programs[0],
        **{f"GET campaigns/v1/public/programs/{id_}": a_public_program() for id_ in (programs[1].campaign, CAMPAIGN)},
        f"POST campaigns/v1/programs/{programs[0].campaign}/applications": my_applications()[0],
        "GET campaigns/v1/applications": _page(my_applications(), 3),
        **{f"GET campaigns/v1/applications/{id_}": _application for id_ in sorted(ids)},
        f"GET {path}/applications": _applications,
        f"POST {path}/applications/decline": {"declined": ["application-1"], "skipped": []},
        "GET campaigns/v1/conversations": _page([a_conversation()]),
        "GET campaigns/v1/conversations/unread": {"conversations": 1},
        f"GET campaigns/v1/conversations/{TALK}": a_conversation(),
        f"GET campaigns/v1/conversations/{TALK}/messages": _page(some_messages(), next_cursor="older"),
        f"PUT campaigns/v1/conversations/{TALK}/read": lambda _: httpx.Response(204),
        f"POST campaigns/v1/conversations/{TALK}/messages": some_messages()[0],
        "POST campaigns/v1/conversations": some_messages()[0],
        "GET campaigns/v1/collaborations/work-1/conversation": a_conversation(),
        f"GET {path}/budget": a_budget(),
        f"PUT {path}/budget": a_budget(),
        f"GET {path}/budget/collaborations": _page(some_lines()),
        f"GET {path}/assets": {"items": [one.model_dump(mode="json") for one in some_files()]},
        **{f"GET campaigns/v1/assets/asset-{number}": _a_picture for number in range(2)},
    }
