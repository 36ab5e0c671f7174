"""What is told about batches: who must act, whose line hangs on the board, what was paid."""

from datetime import datetime
from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import GrantBatch, GrantLine

ACCOUNT = "points/account"
BOARD = "public/board"
INBOX = "account/inbox"
WORK = "pages/home/index"


def title_of(batch: GrantBatch) -> str:
    month = f"{batch.period_start.year}年{batch.period_start.month}月"
    return f"{month}{batch.kind_label}积分"


def to_review(batch: GrantBatch, worker_id: UUID) -> Notice:
    by = chinese_day(last_day_before(batch.due_at)) if batch.due_at else ""
    return _to_staff(
        batch,
        worker_id,
        "to_review",
        headline=f"{title_of(batch)}待核对",
        body=f"请在{by}前核对名单，有误的划去并写明理由。一位网格员核对即可。",
        result="待核对",
    )


def to_approve(batch: GrantBatch, member_id: UUID) -> Notice:
    return _to_staff(
        batch,
        member_id,
        "to_approve",
        headline=f"{title_of(batch)}待批准",
        body="网格员已核对，请另一位同事批准后公示。",
        result="待批准",
    )


def overdue(batch: GrantBatch, chair_id: UUID) -> Notice:
    return _to_staff(
        batch,
        chair_id,
        f"overdue:{batch.state}",
        headline=f"{title_of(batch)}超过期限",
        body=f"{batch.state_label}，已超过期限，请安排。",
        result="超时",
    )


def lines_shown(batch: GrantBatch) -> Notice:
    """At once, so that whoever does not want a line can say so."""
    last = chinese_day(last_day_before(batch.shown_until)) if batch.shown_until else ""
    return Notice(
        community_id=batch.community_id,
        event_key=f"grant_batch:{batch.id}:shown",
        kind="publication",
        headline=f"{title_of(batch)}公示",
        body=f"名单里有您，公示到{last}，姓名已隐去部分。名单有误请联系社区。",
        payload={"title": title_of(batch)[:20], "period": f"至{last}"},
        page=BOARD,
        audience={"kind": "grant_batch", "batch_id": str(batch.id)},
        thread_key=f"grant_batch:{batch.id}",
        at_once=True,
    )


def line_paid(batch: GrantBatch, line: GrantLine, at: datetime, *, to_family: bool) -> Notice:
    where = "已记到家庭积分账户" if to_family else "已入账"
    return Notice(
        community_id=batch.community_id,
        event_key=f"grant_line:{line.id}:posted",
        kind="points_change",
        headline=f"{batch.kind_label}积分已入账",
        body=f"{line.basis_note or title_of(batch)}，{line.points}分{where}。",
        payload={
            "amount": f"+{line.points}",
            "reason": batch.kind_label,
            "date": chinese_day(last_day_before(at)),
        },
        page=ACCOUNT,
        resident_id=line.resident_id,
    )


def line_struck(batch: GrantBatch, line: GrantLine) -> Notice:
    """Only to people who had been told of their line."""
    return Notice(
        community_id=batch.community_id,
        event_key=f"grant_line:{line.id}:struck",
        kind="review_result",
        headline=f"{batch.kind_label}积分没有发放",
        body=f"{title_of(batch)}：{line.struck_reason}。不同意的可以到社区窗口反映。",
        payload={"result": "未发放", "note": batch.kind_label},
        page=INBOX,
        resident_id=line.resident_id,
    )


def line_failed(batch: GrantBatch, line: GrantLine, member_id: UUID) -> Notice:
    return _to_staff(
        batch,
        member_id,
        f"failed:{line.id}:{batch.row_version}",
        headline=f"{title_of(batch)}有一行未能入账",
        body=f"原因：{line.failure}。处理好后请重办，或划去并写明理由。",
        result="未能入账",
    )


def left_unpaid(batch: GrantBatch, member_id: UUID) -> Notice:
    """Once for a batch, however often one of its lines is tried again."""
    return _to_staff(
        batch,
        member_id,
        "left_unpaid",
        headline=f"{title_of(batch)}还有未能入账的",
        body="其余已经入账。未能入账的，处理好后请重办，或划去并写明理由。",
        result="未能入账",
    )


def _to_staff(
    batch: GrantBatch, person_id: UUID, event: str, *, headline: str, body: str, result: str
) -> Notice:
    return Notice(
        community_id=batch.community_id,
        event_key=f"grant_batch:{batch.id}:{event}:{person_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": batch.kind_label},
        page=WORK,
        resident_id=person_id,
        thread_key=f"grant_batch:{batch.id}",
    )
