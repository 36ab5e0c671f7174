"""What somebody is told before giving up the account. Pure."""

NOT_DECIDED = ("submitted", "returned", "confirmed", "refuted", "second_review")
"""A deed in one of these states is taken back when its claimant goes."""

SOMEBODY = "某人"
"""Stands where somebody erased was called by name in the words of others."""


def losses(
    *,
    points: int,
    frozen: int,
    held: int,
    uncredited: int,
    in_family: bool,
    is_family_frozen: bool,
) -> list[str]:
    """Plain sentences about what can no longer be used afterwards, and what to do before."""
    told = []
    if frozen:
        told.append(f"您还有{frozen}积分，账户冻结着，现在用不了；注销后也用不了。")
    if points:
        told.append(f"您还有{points}积分。可以先兑换，或捐到公益积分池；注销后用不了。")
    if held:
        told.append(f"有{held}积分的兑换还没有领取。请先领取或取消。")
    if uncredited:
        told.append(f"有{uncredited}件善行还没有入账，注销后领不到积分。")
    if in_family and is_family_frozen:
        told.append("家庭积分账户冻结着。注销时您的一份留给家里人；家里没有别的大人，要等解冻。")
    elif in_family:
        told.append("您在家庭积分账户里。注销时您的一份一起退出；想留给家里人的，请先兑换。")
    return told


def may_be_unnamed(name: str) -> bool:
    """One character alone is in too many other words."""
    return len(name) > 1
