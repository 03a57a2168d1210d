"""Who earned what, and why: pure functions of stored facts, by the rules of MONEY.

The way of an order: `fold.fold` (observations -> order), `decide.decide` (order, world, policy -> decision),
`ledger.posting` (decision, what is posted -> the difference), `shares.order_decided` (what others hear),
`verify.differences` (all of it once more). No I/O and no clock: times and facts are passed in.
"""

RULES = 1
"""The version of the rules in this package. After a release it grows whenever the same facts would lead to another
amount."""
