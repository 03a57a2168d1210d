"""The end: what must hold does hold, as seen from outside (RELIABILITY I2 to I6 and I8)."""

from collections import Counter, defaultdict
from fractions import Fraction

from story.cast import FEE, Cast
from story.telling import chapter, money, must, say


def balances_add_up(cast: Cast) -> None:
    """Each creator's balance is what orders and fees say, and the ledger's entries are what the balance says."""
    chapter("The balances")
    fees = {"ada": FEE, "bea": 0}
    due: defaultdict[str, int] = defaultdict(int)
    for expected in cast.expected.values():
        if expected is not None:
            due[expected[0]] += expected[1]
    for name in ("ada", "bea"):
        account = cast.accounts[name]
        person = cast.people[name]
        (balance,) = person.get("attribution", "/v1/earnings")["balances"]
        earned = (balance["commission"]["total"], balance["fees"]["total"])
        must(
            earned == (due[account], fees[name]),
            f"{name} has {earned}, orders and fees add up to {due[account]}, {fees[name]}",
        )
        listed = sum(row["commission"] for row in person.pages("attribution", "/v1/orders"))
        must(listed == due[account], f"{name}'s orders add up to {listed}, the commission is {due[account]}")
        entries = [one for entry in person.pages("attribution", "/v1/earnings/entries") for one in entry["amounts"]]
        posted = sum(one["amount"] for one in entries)
        must(posted == balance["total"], f"{name}'s entries add up to {posted}, the balance is {balance['total']}")
        say(
            f"{name}: {money(due[account], 'EUR')} of commission, pending until the hold of 30 days is over, and"
            f" {money(fees[name], 'EUR')} of fees; {len(entries)} entries of the ledger add up to it, to the cent."
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
    """I8: every mail of the story once, and none besides."""
    mails = {name: cast.mailbox.to(cast.people[name].address) for name in cast.mails}
    for name, found in mails.items():
        subjects = [mail["Subject"] for mail in found]
        must(len(found) == cast.mails[name], f"I8: {name} was to get {cast.mails[name]} mails and has {subjects}")
    everything = [mail for found in mails.values() for mail in found]
    ids = Counter(mail["MessageID"] for mail in everything)
    must(max(ids.values()) == 1, "I8: a mail came twice")
    say(f"I8  {len(everything)} mails, each with its own Message-ID, none twice and none besides:")
    for name, found in mails.items():
        say(f"      {name}: {len(found)}, such as: {found[0]['Subject']}")


def say_where_to_look(cast: Cast) -> None:
    """The pages of what was told, for whoever signs in by those addresses."""
    url = cast.where.console_url
    say(f"\nThe brand's pages (sign in at {url}/sign-in as {cast.people['brand'].address}):")
    for path in (
        f"campaigns/{cast.campaign}",
        f"campaigns/{cast.campaign}/board",
        f"collaborations/{cast.collaborations['ada']}",
    ):
        say(f"  {url}/{path}")
    say(f"Ada's (as {cast.people['ada'].address}):")
    for path in (f"my-work/{cast.collaborations['ada']}", "earnings", "links"):
        say(f"  {url}/{path}")


def _counted(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
