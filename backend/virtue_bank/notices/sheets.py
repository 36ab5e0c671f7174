"""What is told about rule sheets."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import RuleSheet

BOARD = "public/board"
WORK = "pages/home/index"
TITLE = "美德银行积分细则"


def consultation_opened(sheet: RuleSheet) -> Notice:
    """Everybody may read the words before they are adopted."""
    last = chinese_day(last_day_before(sheet.consulted_until)) if sheet.consulted_until else ""
    return Notice(
        community_id=sheet.community_id,
        event_key=f"rule_sheet:{sheet.id}:consulted:{sheet.row_version}",
        kind="publication",
        headline=f"{TITLE}征求意见",
        body=f"第{sheet.version}版从今天起征求意见，{last}截止。意见可以在事项里提，也可以到社区窗口。",
        payload={"title": f"{TITLE}征求意见", "period": f"至{last}"},
        page=BOARD,
        audience={"kind": "community"},
        thread_key=f"rule_sheet:{sheet.id}",
    )


def sheet_adopted(sheet: RuleSheet) -> Notice:
    begins = chinese_day(sheet.begins_on) if sheet.begins_on else ""
    return Notice(
        community_id=sheet.community_id,
        event_key=f"rule_sheet:{sheet.id}:adopted:{sheet.row_version}",
        kind="publication",
        headline=f"{TITLE}第{sheet.version}版已通过",
        body=f"从{begins}起施行。之前做的好事仍按原来的细则。",
        payload={"title": f"{TITLE}第{sheet.version}版", "period": f"{begins}起"},
        page=BOARD,
        audience={"kind": "community"},
        thread_key=f"rule_sheet:{sheet.id}",
    )


def adoption_to_confirm(sheet: RuleSheet, second_id: UUID) -> Notice:
    return Notice(
        community_id=sheet.community_id,
        event_key=f"rule_sheet:{sheet.id}:to_confirm:{sheet.row_version}:{second_id}",
        kind="review_result",
        headline=f"{TITLE}第{sheet.version}版待确认",
        body="主任登记了会议通过的记录，请核对决议后确认。",
        payload={"result": "待确认", "note": TITLE},
        page=WORK,
        resident_id=second_id,
        thread_key=f"rule_sheet:{sheet.id}",
    )
