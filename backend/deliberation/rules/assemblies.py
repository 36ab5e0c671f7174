"""Residents' and representatives' assemblies, and seats whose person is recused 回避."""

from collections.abc import Collection, Iterable

from backend.deliberation.rules.meetings import ASSEMBLIES, BODIES, REPRESENTATIVES, SeatHere
from backend.deliberation.rules.quorum import at_least
from backend.errors import Conflict, Invalid

KIND_OF = {
    "representatives_assembly": "representatives_assembly",
    "residents_assembly_persons": "residents_assembly",
}
SHARE_OF_REPRESENTATIVES = (4, 5)  # 居组法 28: of all members of the assembly


class PartyReviewMissing(Conflict):
    title = "还没有党组织审核意见"


class TooFewRepresentatives(Conflict):
    title = "居民代表比例不足"


class ChannelNotCounted(Conflict):
    title = "这种参与方式不计入到会人数"


class Recused(Conflict):
    title = "该席位已声明回避"


class RecusedTooLate(Conflict):
    title = "本项议题已计票，不能再声明回避"


def check_kind(kind: str, body: str) -> None:
    """An assembly is called by its name, and nothing else is."""
    if KIND_OF.get(body) != (kind if kind in KIND_OF.values() else None):
        raise Invalid(errors={"kind": [f"{BODIES[body]}与会议类型不一致"]})


def check_reviewed(body: str, *, reviewed: bool) -> None:
    if body in ASSEMBLIES and not reviewed:
        raise PartyReviewMissing("提交居民会议、居民代表会议前，请先登记社区党组织的审核意见。")


def check_representatives(body: str, seats: Iterable[SeatHere]) -> None:
    """At least four fifths of a representatives' assembly are representatives."""
    if body != REPRESENTATIVES:
        return
    members = [seat for seat in seats if seat.is_due]
    representatives = sum(seat.party == "representative" for seat in members)
    if not at_least(representatives, len(members), *SHARE_OF_REPRESENTATIVES):
        raise TooFewRepresentatives(
            f"成员{len(members)}人中居民代表{representatives}人，须不少于五分之四。"
        )


def check_channel(channel: str, counted: Collection[str]) -> None:
    if channel not in counted:
        raise ChannelNotCounted("须到会场参加；不能到场的，意见可以在会上转达，但不计入人数。")


def check_not_recused(*, recused: bool) -> None:
    if recused:
        raise Recused("回避的席位不表态、不计票；该方可以另派人参加。")
