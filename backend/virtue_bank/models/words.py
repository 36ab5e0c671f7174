"""The closed lists the tables check, and what people read for them."""

from collections.abc import Mapping

SHEET_STATES = ("draft", "consulted", "adopted", "in_force", "superseded")
CREDIT_TO = ("person", "family", "choice")
CREDITED_TO: Mapping[str, str] = {"person": "记给本人", "family": "记给家庭账户"}
"""Where a deed's points go: `choice` of the sheet is whichever the claimant says."""

CAP_SUBJECTS = ("account", "person", "pair")
CAP_PERIODS = ("day", "week", "month", "year")
BUDGET_STATES = ("proposed", "funded", "dropped")
ALLOTMENT_STATES = ("proposed", "allotted", "dropped")
QUOTA_STATES = ("proposed", "live", "frozen", "dropped")
HOLDER_KINDS = ("grid_worker", "committee")
REVERSAL_STATES = (
    "requested",
    "answered",
    "unanswered",
    "confirmed",
    "dropped",
    "appealed",
    "restored",
    "stands",
)

READ_REASONS: Mapping[str, str] = {
    "holder_asked": "本人要求查询",
    "complaint": "办理投诉或异议",
    "reversal": "办理冲正",
    "appeal": "办理申诉",
    "inspection": "监督检查",
}
CODE_NAMES: Mapping[int, str] = {
    1: "善行积分",
    2: "申诉恢复",
    3: "岗位积分",
    4: "志愿服务",
    5: "参与议事",
    6: "评选",
    10: "兑换",
    11: "捐赠",
    12: "赠送",
    13: "家庭分配",
    14: "到期清零",
    20: "注入预算",
    21: "分配额度",
    30: "存入时间",
    31: "服务用时",
    32: "赠送时间",
    33: "继承",
    40: "冲正",
}
KIND_NAMES: Mapping[int, str] = {1: "入账", 2: "预留", 3: "预留转入账", 4: "释放预留", 5: "冲正"}
