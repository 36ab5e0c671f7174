"""细则: its versions, one in whole, writing a draft, asking everybody, adoption by two."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.clock import utc_now
from backend.console import done, show
from backend.errors import NotFound
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.virtue_bank.actions import sheets as actions
from backend.virtue_bank.models import RuleSheet
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import sheets as queries
from backend.virtue_bank.schemas.forms import (
    CapsFormSchema,
    ItemFormSchema,
    NothingSchema,
    RowsArguments,
)
from backend.virtue_bank.schemas.sheets import (
    AdoptionSchema,
    RuleCapSchema,
    RuleItemSchema,
    RuleSheetVersionSchema,
)

_AT = "/points/rules/<uuid:sheet_id>"
SPARE_CAPS = 4
A_NEW_ONE = {
    "unit": "次",
    "credit_to": "person",
    "confirmations": 2,
    "needs_helped": True,
    "publicity_days": 5,
    "claim_within_days": 30,
}
Words = list[dict[str, Any]]


@points_desk.get("/points/rules")
@permitted("points.read")
@points_desk.asked(RowsArguments)
def rule_sheets(asked: dict[str, Any]) -> Response:
    """All versions, newest first."""
    return _rule_sheets(asked)


def _rule_sheets(asked: dict[str, Any]) -> Response:
    here = current_community_id()
    found = queries.sheets_page(here, drafts=_sees_drafts(), **asked)
    return show(
        "virtue_bank/rule_sheets.html",
        title="积分细则",
        parts={"more": "virtue_bank/rule_sheet_rows.html"},
        words=words,
        may_begin=may("points.sheet") and queries.sheet_underway(here) is None,
        **page(found, asked["limit"], key=lambda each: each.id),
    )


def sheets_again() -> Response:
    return _rule_sheets({"limit": 20, "after": None})


@points_desk.post("/points/rules")
@permitted("points.sheet")
@points_desk.form(NothingSchema, again=sheets_again)
def begin_sheet(_given: dict[str, Any]) -> Response:
    """Begin the next version with the words of the one before."""
    sheet = actions.begin_sheet(current_caller())
    copied = "，照抄了上一版" if sheet.version > 1 else ""
    return done(f"第{sheet.version}版起草了{copied}。", to=_page_of(sheet.id))


@points_desk.get(_AT)
@permitted("points.read")
def rule_sheet(sheet_id: UUID) -> Response:
    """One version with all it says, and what can be done with it now."""
    sheet = _found(sheet_id)
    me = current_caller().resident_id
    is_open = sheet.consulted_until is not None and sheet.consulted_until > utc_now()
    return show(
        "virtue_bank/rule_sheet.html",
        title=f"积分细则第{sheet.version}版",
        words=words,
        people=names([sheet.drafted_by, sheet.adoption_by, sheet.confirmed_by]),
        may_write=may("points.sheet"),
        may_confirm=may("points.sheet.confirm") and sheet.adoption_by not in (None, me),
        is_open=is_open,
        **actions.sheet_told(sheet),
    )


@points_desk.get(f"{_AT}/items/<string:item_code>")
@permitted("points.sheet")
def rule_item(sheet_id: UUID, item_code: str) -> Response:
    """The form of one item of a draft; `new` is an empty one."""
    sheet = _found(sheet_id)
    items = _items(sheet)
    this = next((each for each in items if each["code"] == item_code), None)
    if this is None and item_code != "new":
        raise NotFound
    return show(
        "virtue_bank/rule_item.html",
        title=this["title"] if this else "添一项",
        sheet=sheet,
        item=this,
        start=_as_typed(this or A_NEW_ONE),
        at=item_code,
        words=words,
    )


@points_desk.post(f"{_AT}/items/<string:item_code>")
@permitted("points.sheet")
@points_desk.form(ItemFormSchema, again=rule_item)
def write_item(given: dict[str, Any], sheet_id: UUID, item_code: str) -> Response:
    """Write one item of the draft, in its place or as a new one."""
    sheet, version = _found(sheet_id), given.pop("row_version")
    items, caps = _items(sheet), _caps(sheet)
    if item_code == "new":
        items = [*items, given]
    else:
        items = [given if each["code"] == item_code else each for each in items]
        caps = [_renamed(cap, item_code, given["code"]) for cap in caps]
    _write(sheet_id, version, items, caps)
    return done(f"{given['code']} 写好了。", to=_page_of(sheet_id))


@points_desk.post(f"{_AT}/items/<string:item_code>/removal")
@permitted("points.sheet")
@points_desk.form(RuleSheetVersionSchema, again=rule_item)
def remove_item(given: dict[str, int], sheet_id: UUID, item_code: str) -> Response:
    """Take one item out of the draft, with its caps."""
    sheet = _found(sheet_id)
    items = [each for each in _items(sheet) if each["code"] != item_code]
    caps = [each for each in _caps(sheet) if each["item_code"] != item_code]
    _write(sheet_id, given["row_version"], items, caps)
    return done(f"{item_code} 去掉了。", to=_page_of(sheet_id))


@points_desk.get(f"{_AT}/caps")
@permitted("points.sheet")
def rule_caps(sheet_id: UUID) -> Response:
    """The form of all caps of a draft."""
    sheet = _found(sheet_id)
    caps = _caps(sheet)
    return show(
        "virtue_bank/rule_caps.html",
        title="上限",
        sheet=sheet,
        items=_items(sheet),
        given={
            f"caps.{row}.{name}": value
            for row, cap in enumerate(caps)
            for name, value in cap.items()
        },
        rows=len(caps) + SPARE_CAPS,
        words=words,
    )


@points_desk.post(f"{_AT}/caps")
@permitted("points.sheet")
@points_desk.form(CapsFormSchema, again=rule_caps)
def write_caps(given: dict[str, Any], sheet_id: UUID) -> Response:
    """Write all caps of the draft."""
    _write(sheet_id, given["row_version"], _items(_found(sheet_id)), given["caps"])
    return done("上限写好了。", to=_page_of(sheet_id))


@points_desk.post(f"{_AT}/consultation")
@permitted("points.sheet")
@points_desk.form(RuleSheetVersionSchema, again=rule_sheet)
def consult(given: dict[str, int], sheet_id: UUID) -> Response:
    """Ask everybody; the words are fixed."""
    sheet = actions.consult(current_caller(), sheet_id, **given)
    return done(f"第{sheet.version}版开始征求意见，居民都会收到消息。", to=_page_of(sheet_id))


@points_desk.post(f"{_AT}/revision")
@permitted("points.sheet")
@points_desk.form(NothingSchema, again=rule_sheet)
def take_back(_given: dict[str, Any], sheet_id: UUID) -> Response:
    """Make a draft of it again."""
    actions.take_back(current_caller(), sheet_id)
    return done("收回成草稿了。改好以后要重新征求意见。", to=_page_of(sheet_id))


@points_desk.post(f"{_AT}/adoption")
@permitted("points.sheet")
@points_desk.form(AdoptionSchema, again=rule_sheet)
def note_adoption(given: dict[str, Any], sheet_id: UUID) -> Response:
    """Note what the assembly resolved."""
    actions.note_adoption(current_caller(), sheet_id, **given)
    return done("记下了。请另一位委员核对决议后确认，确认了才算数。", to=_page_of(sheet_id))


@points_desk.get(f"{_AT}/adoption-confirmation")
@permitted("points.sheet.confirm")
def adoption(sheet_id: UUID) -> Response:
    """What the adoption does, to be confirmed by a second person."""
    sheet = _found(sheet_id)
    return show(
        "virtue_bank/adoption.html",
        title="确认通过",
        sheet=sheet,
        people=names([sheet.adoption_by]),
        is_mine=sheet.adoption_by == current_caller().resident_id,
        before=queries.version_before(sheet),
    )


@points_desk.post(f"{_AT}/adoption-confirmation")
@permitted("points.sheet.confirm")
@points_desk.form(NothingSchema, again=adoption)
def confirm_adoption(_given: dict[str, Any], sheet_id: UUID) -> Response:
    """The second person's word."""
    sheet = actions.confirm_adoption(current_caller(), sheet_id)
    return done(f"第{sheet.version}版通过了，到了日子自动生效。", to=_page_of(sheet_id))


def _write(sheet_id: UUID, row_version: int, items: Words, caps: Words) -> None:
    actions.set_items(current_caller(), sheet_id, row_version=row_version, items=items, caps=caps)


def _items(sheet: RuleSheet) -> Words:
    found: Words = RuleItemSchema(many=True).dump(actions.sheet_told(sheet)["items"])
    return found


def _caps(sheet: RuleSheet) -> Words:
    found: Words = RuleCapSchema(many=True).dump(actions.sheet_told(sheet)["caps"])
    return found


def _as_typed(item: dict[str, Any]) -> dict[str, Any]:
    """Yes and no as the form's choices say them."""
    return item | {"needs_helped": str(item["needs_helped"]).lower()}


def _renamed(cap: dict[str, Any], before: str, now: str) -> dict[str, Any]:
    return cap | {"item_code": now} if cap["item_code"] == before else cap


def _found(sheet_id: UUID) -> RuleSheet:
    sheet = queries.find_sheet(current_community_id(), sheet_id)
    if sheet.state == "draft" and not _sees_drafts():
        raise NotFound
    return sheet


def _sees_drafts() -> bool:
    return may("points.sheet.confirm") or may("points.case")


def _page_of(sheet_id: UUID) -> str:
    return url_for("points_desk.rule_sheet", sheet_id=sheet_id)
