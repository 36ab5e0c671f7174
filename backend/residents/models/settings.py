"""The numbers a community or the district may set, each from a day on, and the law's floors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Record


@dataclass(frozen=True, kw_only=True)
class Number:
    """One of our defaults, and how far it may be moved; `basis` is the law of its lower end."""

    title: str
    unit: str
    default: int
    least: int
    most: int
    basis: str = ""
    never_less_than_the_districts: bool = False


NUMBERS: Mapping[str, Number] = {
    "publication.display_days": Number(
        title="公示至少张贴多少日",
        unit="日",
        default=15,
        least=15,
        most=60,
        basis="《城市居民委员会组织法》第三十四条",
        never_less_than_the_districts=True,
    ),
    "publication.objection_days": Number(
        title="公示后多少日内可以提出异议", unit="日", default=7, least=3, most=15
    ),
    "publication.decision_due_working_days": Number(
        title="决定和协商结果多少个工作日内公开", unit="个工作日", default=3, least=1, most=20
    ),
    "publication.other_due_working_days": Number(
        title="其他应公开事项多少个工作日内公开", unit="个工作日", default=20, least=1, most=60
    ),
    "residence.request_working_days": Number(
        title="居住核验申请多少个工作日内办理", unit="个工作日", default=5, least=1, most=15
    ),
    "residence.appeal_days": Number(
        title="核验未通过后多少日内可以申诉", unit="日", default=10, least=5, most=60
    ),
    "residence.appeal_working_days": Number(
        title="核验申诉多少个工作日内办理", unit="个工作日", default=5, least=1, most=15
    ),
    "residence.check_after_months": Number(
        title="居住核验多少个月后复核", unit="个月", default=24, least=6, most=60
    ),
    "residence.renewal_months": Number(
        title="复核到期后多少个月内可以续期", unit="个月", default=3, least=1, most=12
    ),
    "moderation.check_working_days": Number(
        title="内容审核多少个工作日内完成", unit="个工作日", default=1, least=1, most=5
    ),
    "moderation.appeal_days": Number(
        title="内容被退回后多少日内可以申诉", unit="日", default=7, least=3, most=30
    ),
    "moderation.appeal_working_days": Number(
        title="审核申诉多少个工作日内办理", unit="个工作日", default=3, least=1, most=10
    ),
    "moderation.sample_percent": Number(
        title="自动通过的内容抽查百分之几", unit="%", default=5, least=1, most=100
    ),
    "complaint.accept_working_days": Number(
        title="投诉建议多少个工作日内受理", unit="个工作日", default=1, least=1, most=5
    ),
    "complaint.answer_working_days": Number(
        title="受理后多少个工作日内答复", unit="个工作日", default=5, least=1, most=15
    ),
    "complaint.call_back_working_days": Number(
        title="答复后多少个工作日内回访", unit="个工作日", default=5, least=1, most=15
    ),
    "points.consultation_days": Number(
        title="积分细则征求意见多少日", unit="日", default=7, least=7, most=60
    ),
    "points.answer_working_days": Number(
        title="积分冲正前等待本人说明多少个工作日", unit="个工作日", default=5, least=3, most=20
    ),
    "points.pick_up_days": Number(
        title="积分兑换的东西多少日内领取", unit="日", default=7, least=3, most=30
    ),
    "points.return_days": Number(
        title="领取后多少日内可以退回", unit="日", default=7, least=1, most=30
    ),
    "points.draft_days": Number(
        title="善行草稿保留多少日", unit="日", default=30, least=7, most=90
    ),
    "points.confirm_days": Number(
        title="善行多少日内由受助人、见证人证明", unit="日", default=7, least=3, most=30
    ),
    "points.resubmit_days": Number(
        title="善行退回后多少日内补充", unit="日", default=7, least=3, most=30
    ),
    "points.review_working_days": Number(
        title="善行多少个工作日内初审", unit="个工作日", default=5, least=1, most=15
    ),
    "points.second_review_working_days": Number(
        title="善行多少个工作日内复核", unit="个工作日", default=3, least=1, most=10
    ),
    "points.second_review_from": Number(
        title="一件善行满多少分须复核", unit="分", default=50, least=1, most=1000
    ),
    "points.second_review_percent": Number(
        title="其余善行抽百分之几复核", unit="%", default=10, least=0, most=100
    ),
    "points.objection_working_days": Number(
        title="善行异议多少个工作日内答复", unit="个工作日", default=5, least=1, most=15
    ),
    "points.deed_appeal_working_days": Number(
        title="善行异议答复后多少个工作日内申诉、裁决",
        unit="个工作日",
        default=5,
        least=3,
        most=15,
    ),
    "points.batch_review_working_days": Number(
        title="批量发放多少个工作日内核对、批准", unit="个工作日", default=3, least=1, most=10
    ),
    "points.batch_publicity_working_days": Number(
        title="批量发放公示多少个工作日", unit="个工作日", default=5, least=3, most=15
    ),
    "points.thanks_objection_working_days": Number(
        title="批量发放和评选的异议多少个工作日内处理、申诉",
        unit="个工作日",
        default=5,
        least=3,
        most=15,
    ),
    "points.nomination_days": Number(
        title="评选推荐多少日", unit="日", default=15, least=7, most=60
    ),
    "points.nominee_answer_working_days": Number(
        title="推荐截止后本人多少个工作日内答复", unit="个工作日", default=5, least=3, most=15
    ),
    "points.honour_publicity_working_days": Number(
        title="评选结果公示多少个工作日", unit="个工作日", default=7, least=7, most=20
    ),
    "points.reversal_confirm_working_days": Number(
        title="本人说明后多少个工作日内确认积分冲正", unit="个工作日", default=5, least=1, most=15
    ),
    "points.reversal_judge_working_days": Number(
        title="积分冲正的申诉多少个工作日内裁决", unit="个工作日", default=5, least=1, most=15
    ),
    "points.reversal_appeal_days": Number(
        title="积分冲正后多少日内可以申诉", unit="日", default=15, least=7, most=60
    ),
    "points.freezing_working_days": Number(
        title="积分账户冻结、解冻申请多少个工作日内确认",
        unit="个工作日",
        default=5,
        least=1,
        most=15,
    ),
    "points.freezing_judge_working_days": Number(
        title="积分账户冻结的申诉多少个工作日内裁决",
        unit="个工作日",
        default=5,
        least=1,
        most=15,
    ),
    "points.freezing_appeal_days": Number(
        title="积分账户冻结后多少日内可以申诉", unit="日", default=15, least=7, most=60
    ),
    "points.sheet_due_working_days": Number(
        title="积分公示表出来后多少个工作日内公开", unit="个工作日", default=10, least=1, most=20
    ),
    "points.expire_by_year": Number(
        title="积分是否每年清算", unit="（1清算，0不清算）", default=0, least=0, most=1
    ),
    "points.settlement_notice_days": Number(
        title="积分清算前公告多少日", unit="日", default=30, least=30, most=180
    ),
    "points.pair_share_percent": Number(
        title="同一居民占一份额度超过百分之几时核查", unit="%", default=30, least=10, most=60
    ),
    "points.call_back_percent": Number(
        title="抽取百分之几的善行回访受助人", unit="%", default=2, least=1, most=100
    ),
}


class Setting(Record):
    """What one number is from a day on, in one community or, without one, in the district.

    A change is a new row. The district's needs a second person before it counts. `value` None
    gives a community's own number up: the district's, or our default, counts again.
    """

    __tablename__ = "setting"

    community_id: Mapped[UUID | None] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    value: Mapped[int | None]
    valid_from: Mapped[date]
    basis: Mapped[str]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "key", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint("confirmed_by <> set_by", name="two_people"),
        CheckConstraint(
            "key <> 'publication.display_days' OR value >= 15", name="fifteen_days_by_law"
        ),
        {"info": {"append_only": "confirmed_by, confirmed_at"}},
    )

    @property
    def of_district(self) -> bool:
        return self.community_id is None

    @property
    def counts(self) -> bool:
        """Whether it needs nobody's word any more."""
        return not self.of_district or self.confirmed_by is not None
