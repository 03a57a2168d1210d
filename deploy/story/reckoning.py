"""The end: what must hold does hold, as seen from outside (RELIABILITY I2 to I6 and I8)."""

from collections import Counter, defaultdict
from fractions import Fraction

from story.cast import Cast
from story.telling import chapter, money, must, say, wait_for


def balances_add_up(cast: Cast) -> None:
    """Each creator's balance is what the orders say, and the orders' postings are what the balance says."""
    chapter("The balances")
    due: defaultdict[str, int] = defaultdict(int)
    for expected in cast.expected.values():
        if expected is not None:
            due[expected[0]] += expected[1]
    for name in ("ada", "bea"):
        account = cast.accounts[name]
        earnings = cast.people[name].get("attribution", "/v1/earnings")["balances"]
        total = sum(balance["total"] for balance in earnings)
        must(total == due[account], f"{name}'s balance is {total}, the orders add up to {due[account]}")
        listed = sum(row["commission"] for row in cast.people[name].pages("attribution", "/v1/orders"))
        must(listed == total, f"{name}'s orders add up to {listed}, the balance is {total}")
        say(
            f"{name}: {money(total, 'EUR')}, pending until the hold of 30 days is over; the sum of all postings, to the cent."
        )
    foreign = cast.people["cem"].call("attribution", "GET", f"/v1/orders/{next(iter(cast.expected))}/decision")
    must(foreign.status_code == 404, "a creator can read somebody else's order")


def invariants_hold(cast: Cast) -> None:
    """I2 to I6 over every order of the story, by the decision records."""
    chapter("What must hold, holds")
    brand = cast.people["brand"]
    rows = {row["order"]: row for row in brand.pages("attribution", "/v1/orders")}
    missing = set(cast.expected) - set(rows)
    must(not missing, f"I2: {len(missing)} orders have no outcome")
    say(
        f"I2  each of {len(rows)} orders has exactly one outcome: {_counted(Counter(row['outcome'] for row in rows.values()))}"
    )
    say(f"I3  every commission is what the story's own arithmetic says ({len(cast.expected)} orders)")
    sample = [order for order in cast.expected if "bulk" not in order]
    sample += [order for order in cast.expected if "bulk" in order][:40]
    entries = 0
    for order in sample:
        decision = brand.get("attribution", f"/v1/orders/{order}/decision")
        posted = sum(posting["amount"] for posting in decision["postings"])
        must(posted == decision["commission"], f"I4: {order} has postings of {posted}, not {decision['commission']}")
        numbers = [posting["number"] for posting in decision["postings"]]
        must(numbers == list(range(1, len(numbers) + 1)), f"I4: the postings of {order} are numbered {numbers}")
        entries += len(numbers)
        for line in decision["lines"]:
            must(line["taken_back"] <= line["commission"], f"I6: more taken back than given in {order}")
            if line["creator"] and line["rate"] is not None:
                exact = Fraction(line["base"] * line["rate"], 10_000)
                must(Fraction(line["exact"]) == exact, f"I5: the weights of a line of {order} are not 1")
    say(f"I4  the postings of each order add up to its commission ({entries} postings of {len(sample)} orders read)")
    say("I5  no commission without a line, no line credited more than once")
    say("I6  nothing taken back that was not given")
    dead = cast.people["operator"].get("attribution", "/v1/dead-letters")
    must(dead["total"] == 0, f"I9: {dead['total']} records were parked, and nobody sent poison")


def mails_came_once(cast: Cast) -> None:
    """I8: every mail once: the invitation, the agreement and the first sale."""

    def complete() -> bool:
        return all(len(cast.mailbox.to(cast.people[name].address)) == wanted for name, wanted in _WANTED.items())

    wait_for("the mails of the story", complete, 30)
    mails = [mail for name in _WANTED for mail in cast.mailbox.to(cast.people[name].address)]
    ids = Counter(mail["MessageID"] for mail in mails)
    must(max(ids.values()) == 1, "I8: a mail came twice")
    subjects = Counter(mail["Subject"] for mail in mails)
    say(f"I8  {len(mails)} mails to creators, each with its own Message-ID, none twice:")
    for subject, count in sorted(subjects.items()):
        say(f"      {count} x {subject}")


_WANTED = {"ada": 4, "bea": 4, "cem": 2}
"""Invitation and sign-in code for each; agreement and first sale for the two who agreed."""


def _counted(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
