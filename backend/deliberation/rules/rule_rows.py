"""The rule rows every community starts with: what the law says, and our defaults beside it."""

from datetime import date

from backend.deliberation.rules.consultation import NOTICE_CLEAR_DAYS
from backend.deliberation.rules.quorum import AT_MEETING, CHANNELS, Base, Origin, RuleRow, Unit

_ASSEMBLY_NOTICE = 10
_LAW_SINCE = date(2026, 1, 1)
_CODE_SINCE = date(2021, 1, 1)


def _row(
    code: str,
    body: str,
    unit: Unit,
    *,
    quorum: tuple[int, int, bool],
    passing: tuple[int, int, bool],
    base: Base = "attending",
    channels: tuple[str, ...] = AT_MEETING,
    notice: int = 0,
    window: int = 0,
    origin: Origin = "law",
    basis: str = "",
    since: date = _LAW_SINCE,
) -> RuleRow:
    return RuleRow(
        code=code,
        body=body,
        unit=unit,
        quorum_num=quorum[0],
        quorum_den=quorum[1],
        quorum_inclusive=quorum[2],
        pass_num=passing[0],
        pass_den=passing[1],
        pass_inclusive=passing[2],
        pass_base=base,
        counted_channels=channels,
        notice_days=notice,
        window_days=window,
        proxy_max=0,
        origin=origin,
        legal_basis=basis,
        valid_from=since,
    )


OVER_HALF = (1, 2, False)
HALF = (1, 2, True)
TWO_THIRDS = (2, 3, True)
THREE_QUARTERS = (3, 4, True)
TENTH = (1, 10, True)
THIRD = (1, 3, True)
FIFTH = (1, 5, True)

SEED_RULE_ROWS: tuple[RuleRow, ...] = (
    _row(
        "residents_assembly_persons",
        "residents_assembly",
        "person",
        quorum=OVER_HALF,
        passing=OVER_HALF,
        notice=_ASSEMBLY_NOTICE,
        basis="《城市居民委员会组织法》第二十六条、第二十七条",
    ),
    _row(
        "residents_assembly_households",
        "residents_assembly",
        "household",
        quorum=OVER_HALF,
        passing=OVER_HALF,
        notice=_ASSEMBLY_NOTICE,
        basis="《城市居民委员会组织法》第二十六条、第二十七条",
    ),
    _row(
        "representatives_assembly",
        "representatives_assembly",
        "member",
        quorum=TWO_THIRDS,
        passing=OVER_HALF,
        notice=5,
        basis="《城市居民委员会组织法》第二十八条、第二十九条",
    ),
    _row(
        "owners_ordinary",
        "owners_assembly",
        "owner",
        quorum=TWO_THIRDS,
        passing=OVER_HALF,
        notice=15,
        basis="《民法典》第二百七十八条",
        since=_CODE_SINCE,
    ),
    _row(
        "owners_special",
        "owners_assembly",
        "owner",
        quorum=TWO_THIRDS,
        passing=THREE_QUARTERS,
        notice=15,
        basis="《民法典》第二百七十八条",
        since=_CODE_SINCE,
    ),
    _row(
        "four_party",
        "four_party",
        "seat",
        quorum=HALF,
        passing=(1, 1, True),
        channels=CHANNELS,
        notice=NOTICE_CLEAR_DAYS,
        origin="default",
        basis="《城市居民委员会组织法》第三十二条（协商义务）",
    ),
    _row(
        "council",
        "council",
        "seat",
        quorum=HALF,
        passing=OVER_HALF,
        channels=CHANNELS,
        notice=NOTICE_CLEAR_DAYS,
        origin="default",
        basis="《城市居民委员会组织法》第三十二条（未定人数）",
    ),
    _row(
        "household_ballot",
        "household_ballot",
        "household",
        quorum=OVER_HALF,
        passing=OVER_HALF,
        base="cast",
        channels=CHANNELS,
        window=5,
        origin="default",
    ),
    _row(
        "appraisal",
        "appraisal",
        "person",
        quorum=TENTH,
        passing=(4, 5, True),
        base="cast",
        channels=CHANNELS,
        window=7,
        origin="default",
    ),
    _row(
        "convene_assembly_persons",
        "residents_assembly",
        "person",
        quorum=TENTH,
        passing=TENTH,
        base="entitled",
        channels=CHANNELS,
        basis="《城市居民委员会组织法》第二十六条",
    ),
    _row(
        "convene_assembly_households",
        "residents_assembly",
        "household",
        quorum=TENTH,
        passing=TENTH,
        base="entitled",
        channels=CHANNELS,
        basis="《城市居民委员会组织法》第二十六条",
    ),
    _row(
        "convene_assembly_representatives",
        "residents_assembly",
        "member",
        quorum=THIRD,
        passing=THIRD,
        base="entitled",
        channels=CHANNELS,
        basis="《城市居民委员会组织法》第二十六条",
    ),
    _row(
        "convene_representatives_assembly",
        "representatives_assembly",
        "member",
        quorum=FIFTH,
        passing=FIFTH,
        base="entitled",
        channels=CHANNELS,
        basis="《城市居民委员会组织法》第二十八条",
    ),
)
