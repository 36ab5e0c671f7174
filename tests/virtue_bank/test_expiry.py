"""The short sum of what expires, against a queue of lots that are spent oldest first."""

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.virtue_bank.rules.settlements import expiring


class Lots:
    """Points in the order they came; what is held is set aside from the oldest."""

    def __init__(self) -> None:
        self.lots: deque[list[int]] = deque()  # [when earned, how much is left]
        self.earned: list[tuple[int, int]] = []
        self.debits = 0
        self.holds: list[int] = []

    @property
    def pending(self) -> int:
        return sum(self.holds)

    def live(self, step: str, now: int, amount: int) -> None:
        """One thing that happens to an account between two cut-offs."""
        match step:
            case "earn" | "refund":  # a refund is earned anew
                self.earn(now, amount)
            case "spend" if self.free() >= amount:
                self.spend(amount)
            case "hold" if self.free() >= amount:
                self.holds.append(amount)
            case "post" if self.holds:
                self.spend(min(self.holds.pop(), amount))
            case "void" if self.holds:
                self.holds.pop()

    def free(self) -> int:
        return sum(left for _, left in self.lots) - self.pending

    def earn(self, when: int, amount: int) -> None:
        self.lots.append([when, amount])
        self.earned.append((when, amount))

    def spend(self, amount: int) -> None:
        self.debits += amount
        while amount:
            taken = min(amount, self.lots[0][1])
            self.lots[0][1] -= taken
            amount -= taken
            if not self.lots[0][1]:
                self.lots.popleft()

    def old(self, cut_off: int) -> int:
        """What is left of the lots earned until then, but for what is held, from the oldest."""
        return max(0, sum(left for when, left in self.lots if when <= cut_off) - self.pending)

    def asked(self, cut_off: int) -> int:
        return expiring(
            earned=sum(amount for when, amount in self.earned if when <= cut_off),
            debits=self.debits,
            pending=self.pending,
        )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("earn", "spend", "hold", "post", "void", "refund", "expire")),
        st.integers(1, 30),
        st.integers(0, 12),
    ),
    max_size=60,
)


@settings(max_examples=500)
@given(STEPS)
def test_what_expires_is_what_a_queue_of_lots_would_drop(steps: list[tuple[str, int, int]]) -> None:
    lots, last_cut = Lots(), -1
    for now, (step, amount, back) in enumerate(steps):
        if step == "expire":
            last_cut = max(last_cut, now - back)
            expected = lots.old(last_cut)
            assert lots.asked(last_cut) == expected
            lots.spend(expected)
        else:
            lots.live(step, now, amount)


def test_nobody_loses_what_they_do_not_have() -> None:
    assert expiring(earned=10, debits=30, pending=5) == 0
