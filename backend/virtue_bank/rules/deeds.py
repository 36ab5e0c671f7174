"""What may be claimed, when two claims are the same, and what of a deed the board shows. Pure."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Outdated
from backend.residents.models.masks import NOBODY, mask_name
from backend.virtue_bank.models.batches import CATEGORIES
from backend.virtue_bank.models.deeds import MOST_SHARES
from backend.virtue_bank.models.sheets import RuleItem

MOST_WITNESSES = 5
MOST_FILES = 6
GROWN_UP_YEARS = 18
BOARD_FIELDS = ("id", "item", "occurred_on", "building", "people", "points", "until")
BANDS = 4
BAND_BITS = 16
ALIKE_BITS = 5
ALIKE_STORY = 0.5
ALIKE_DAYS = 30
LEVELS = ("building", "masked", "full")  # each shows more than the one before


class NoSuchDeed(NotFound):
    title = "没有这件善行"


class NoSheet(Conflict):
    title = "那一天没有生效的积分细则"


class UnknownItem(Invalid):
    title = "积分细则里没有这一项"


class ThankedInBatches(Conflict):
    title = "这一项由社区批量发放，不用申报"


class DayToCome(Invalid):
    title = "日期有误"


class ProxyInvolved(Conflict):
    title = "代办人自己有份的，不能替别人办"


class ClaimTooLate(Conflict):
    title = "已过申报期限"


class SharesUnclear(Invalid):
    title = "请写清是谁做的"


class WitnessesUnclear(Invalid):
    title = "请写清谁可以证明"


class NotAResident(Invalid):
    title = "不是本社区已核验的居民"


class StaffEarnNothing(Conflict):
    title = "任职期间做的事不记积分"


class AlreadyClaimed(Conflict):
    title = "这件善行已经有人申报"


class FileAlreadyUsed(Conflict):
    title = "这张照片已经用在另一件善行里"


class SlipTaken(Conflict):
    title = "这个纸单编号已经登记过"


class NotYourPerson(NotAllowed):
    title = "不是您负责的居民"


class StaleVersion(Outdated):
    title = "内容已被更新，请刷新后再办理"


@dataclass(frozen=True, kw_only=True)
class Acted:
    """One of those who acted, and how many units of the item they did."""

    acted_id: UUID
    units: int = 1


@dataclass(frozen=True, kw_only=True)
class Told:
    """A deed as somebody tells it."""

    item_id: UUID
    occurred_on: date
    story: str
    display: str
    place: str = ""
    slot: str = ""
    building_id: UUID | None = None
    helped_id: UUID | None = None
    helped_note: str = ""
    shares: Sequence[Acted] = ()
    witness_ids: Sequence[UUID] = ()
    files: Sequence[UUID] = ()
    credit_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a board line may be made of."""

    id: UUID
    item: str
    occurred_on: date
    building: str
    people: Sequence["ShownPerson"]
    display: str
    points: int | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ShownPerson:
    """One who acted; `consents` to be named, `born_year` as far as it is known."""

    name: str
    consents: bool
    born_year: int | None


def check_claim(
    item: RuleItem,
    *,
    occurred_on: date,
    today: date,
    shares: Sequence[Acted],
    helped_id: UUID | None,
    witness_ids: Sequence[UUID],
    staff: Collection[UUID],
) -> None:
    """A day not to come and not long over, people who acted, others who can say so."""
    check_day(occurred_on, today)
    if item.category in CATEGORIES.values():
        raise ThankedInBatches("名单公示时可以核对；有遗漏请告诉社区。")
    if (today - occurred_on).days > item.claim_within_days:
        raise ClaimTooLate(f"这一项须在做好事后{item.claim_within_days}日内申报。")
    acted = [share.acted_id for share in shares]
    if not 0 < len(acted) <= MOST_SHARES or len(set(acted)) != len(acted):
        raise SharesUnclear(errors={"shares": [f"写一到{MOST_SHARES}个人，每人一次"]})
    if helped_id in acted:
        raise SharesUnclear(errors={"helped_id": ["受助人不能是做事的人"]})
    if len(witness_ids) > MOST_WITNESSES or len(set(witness_ids)) != len(witness_ids):
        raise WitnessesUnclear(errors={"witness_ids": [f"最多{MOST_WITNESSES}人，每人一次"]})
    if {helped_id, *acted} & set(witness_ids):
        raise WitnessesUnclear(errors={"witness_ids": ["见证人是没有参与的人"]})
    if not set(staff).isdisjoint(acted):
        raise StaffEarnNothing("社区工作人员做的好事可以表扬，不记积分。")


def check_by_proxy(told: Told, proxy_id: UUID) -> None:
    """Whoever claims for another is neither the one helped, nor a witness, nor earns by it."""
    if proxy_id in {told.helped_id, *told.witness_ids, *(each.acted_id for each in told.shares)}:
        raise ProxyInvolved("您自己做的、帮到您的、您看见的，请用自己的名义办，或请别人代办。")


def no_bolder_than(told: Told, *, display: str | None, credit_to: str | None) -> Told:
    """A proxy names nobody in full and gives nothing to the family: that is for oneself to say.

    What the claimant said before (`display`, `credit_to`) stays.
    """
    most = max(display or "masked", "masked", key=LEVELS.index)
    return replace(
        told,
        display=min(told.display, most, key=LEVELS.index),
        credit_to=credit_to if told.credit_to == "family" else told.credit_to,
    )


def by_whom(people: Mapping[UUID, str], person_id: UUID | None, proxy_id: UUID | None) -> str:
    """甲, or 乙代甲; nothing of somebody in no register."""
    if person_id is None:
        return ""
    person = people.get(person_id, NOBODY)
    return person if proxy_id is None else f"{people.get(proxy_id, NOBODY)}代{person}"


def check_day(occurred_on: date, today: date) -> None:
    if occurred_on > today:
        raise DayToCome(errors={"occurred_on": ["不能晚于今天"]})


def points_asked(item: RuleItem, units: int) -> int:
    """So much for each unit, never more than the item's most."""
    return min(item.points * units, item.points_max)


def once_key(
    item_code: str, acted: Collection[UUID], occurred_on: date, place: str, slot: str
) -> str:
    """The same for the same people doing the same there at that time of that day."""
    people = ",".join(sorted(str(each) for each in acted))
    told = "|".join((item_code, people, occurred_on.isoformat(), _bare(place), slot))
    return hashlib.sha256(told.encode()).hexdigest()


def serial(day: date, number: int) -> str:
    """`VB-2027-000123`, what one names on the phone."""
    return f"VB-{day.year}-{number:06d}"


def check_version(seen: int, current: int) -> None:
    if seen != current:
        raise StaleVersion(your_version=seen, current_version=current)


def may_be_minor(born_year: int | None, today: date) -> bool:
    """Whether the person may be under 18; with the year alone, until it is certain."""
    return born_year is not None and today.year - born_year <= GROWN_UP_YEARS


def shown_level(wished: str, person: ShownPerson) -> str:
    """How a person is named on the board: as the claim wishes, if the person consents.

    Whose age nobody knows is not named.
    """
    if not person.consents or person.born_year is None:
        return "building"
    return wished


def board_line(deed: Shown, today: date) -> dict[str, Any] | None:
    """What everybody may read of a deed; none at all where somebody may be under 18."""
    if any(may_be_minor(person.born_year, today) for person in deed.people):
        return None
    line = {
        "id": deed.id,
        "item": deed.item,
        "occurred_on": deed.occurred_on,
        "building": deed.building,
        "people": [named for each in deed.people if (named := _named(deed.display, each))],
        "points": deed.points,
        "until": deed.until,
    }
    return {name: line[name] for name in BOARD_FIELDS}


def bands(dhash: int) -> tuple[int, ...]:
    """The hash in four parts, by which likeness is looked up."""
    bits = dhash & (2 ** (BANDS * BAND_BITS) - 1)
    mask = 2**BAND_BITS - 1
    return tuple(bits >> (BAND_BITS * n) & mask for n in range(BANDS))


def bands_near(band: int) -> list[int]:
    """The part itself and all that differ from it in one bit.

    Of two pictures five bits apart at least one of the four parts is among these.
    """
    return [band, *(band ^ (1 << bit) for bit in range(BAND_BITS))]


def bits_apart(one: int, other: int) -> int:
    differing: int = (one ^ other) & (2 ** (BANDS * BAND_BITS) - 1)
    return differing.bit_count()


def are_alike(one: int, other: int) -> bool:
    """A hint for whoever reviews, never a reason to refuse."""
    return bits_apart(one, other) <= ALIKE_BITS


def explained(
    item: RuleItem, shares: Mapping[UUID, tuple[int, int | None]]
) -> dict[UUID, dict[str, Any]]:
    """Per person the arithmetic: points × units, the most, and what was granted."""
    return {
        acted_id: {
            "points_each": item.points,
            "units": units,
            "points_max": item.points_max,
            "asked": points_asked(item, units),
            "granted": granted,
        }
        for acted_id, (units, granted) in shares.items()
    }


def _named(wished: str, person: ShownPerson) -> str:
    level = shown_level(wished, person)
    if level == "building":
        return ""
    return person.name if level == "full" else mask_name(person.name)


def _bare(place: str) -> str:
    """A place without what people write in different ways: width, case, blanks, marks."""
    whole = unicodedata.normalize("NFKC", place).casefold()
    return "".join(each for each in whole if unicodedata.category(each)[0] in "LN")
