"""How much of an account's points has expired at a cut-off: the oldest are spent first."""


def expiring(*, earned: int, debits: int, pending: int) -> int:
    """What was earned up to the cut-off and neither spent nor held since.

    `earned` sums the credits up to the cut-off, `debits` all debits until now, expiries of
    earlier cut-offs included. Equal to a queue of lots, for ascending cut-offs.
    """
    return max(0, earned - debits - pending)
