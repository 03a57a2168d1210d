from datetime import timedelta

from contracts.campaigns import CollaborationStatus
from contracts.notifications import Template
from notifications.domain.claims import of_collaboration, of_orders
from tests.notifications.builders import NOON, a_collaboration, a_decision, a_share, an_agreed_collaboration


def test_an_open_invitation_is_mailed_to_the_invited_contact() -> None:
    (claim,) = of_collaboration(a_collaboration())

    assert (claim.template, claim.contact, claim.fact_at) == (Template.INVITATION, "invitation-1", NOON)


def test_an_agreement_is_mailed_to_the_creator_as_of_its_own_time() -> None:
    later = NOON + timedelta(days=2)

    (claim,) = of_collaboration(an_agreed_collaboration(agreed_at=later))

    assert (claim.template, claim.contact, claim.fact_at) == (Template.AGREEMENT, "creator-1", later)


def test_an_invitation_that_was_declined_brings_no_mail() -> None:
    assert of_collaboration(a_collaboration(status=CollaborationStatus.DECLINED)) == []


def test_every_later_state_of_an_agreement_claims_the_same_mail() -> None:
    agreed = of_collaboration(an_agreed_collaboration())
    completed = of_collaboration(an_agreed_collaboration(status=CollaborationStatus.COMPLETED, completed_at=NOON))

    assert [claim.id for claim in agreed] == [claim.id for claim in completed]


def test_the_two_mails_of_one_collaboration_have_different_ids() -> None:
    (invitation,) = of_collaboration(a_collaboration())
    (agreement,) = of_collaboration(an_agreed_collaboration())

    assert invitation.id != agreement.id


def test_a_creators_second_order_claims_the_same_first_sale_mail() -> None:
    first = of_orders([a_decision()])
    second = of_orders([a_decision(id="decision-2", order="store-1:1002")])

    assert [claim.id for claim in first] == [claim.id for claim in second]


def test_in_one_batch_the_first_order_that_earned_is_the_first_sale() -> None:
    claims = of_orders(
        [
            a_decision(order="store-1:1", shares=(a_share(commission=0),)),
            a_decision(order="store-1:2", shares=(a_share(commission=50),)),
            a_decision(order="store-1:3", shares=(a_share(commission=70),)),
        ]
    )

    assert [(claim.cause, claim.earned.commission.amount) for claim in claims] == [("store-1:2", 50)]


def test_what_is_not_posted_or_earns_nothing_is_no_sale() -> None:
    assert of_orders([a_decision(posted=False)]) == []
    assert of_orders([a_decision(shares=(a_share(commission=0),))]) == []
    assert of_orders([a_decision(shares=(a_share(commission=-5),))]) == []
    assert of_orders([a_decision(shares=())]) == []


def test_each_creator_of_an_order_hears_of_the_own_share_summed_over_collaborations() -> None:
    claims = of_orders(
        [
            a_decision(
                shares=(
                    a_share(commission=100),
                    a_share(commission=300, collaboration="invitation-2", campaign="campaign-2"),
                    a_share(creator="creator-2", commission=7),
                )
            )
        ]
    )

    assert {claim.contact: claim.earned.commission.amount for claim in claims} == {"creator-1": 400, "creator-2": 7}
    assert claims[0].earned.campaign == "campaign-2"
