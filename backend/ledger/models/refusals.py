"""Why the ledger says no; all floors above may catch these, so they are no private rules."""

from backend.errors import Conflict, Invalid, NotFound


class InsufficientPoints(Conflict):
    title = "可用余额不足，请减少数量或等积分到账后再试"


class BudgetSpent(Conflict):
    title = "额度已用完，请先向居委会申请追加额度"


class AccountFrozen(Conflict):
    title = "账户已冻结，请先联系居委会了解原因"


class KeyReused(Conflict):
    title = "同一个请求编号已用于另一笔业务，请刷新后重新提交"


class HoldUnknown(Conflict):
    title = "没有这笔预留，或数额超过了预留，请刷新后再看"


class HoldEnded(Conflict):
    title = "这笔预留已经结束，请刷新查看结果"


class AlreadyPosted(Conflict):
    title = "这一笔已经入账，不用再办"


class AlreadyReversed(Conflict):
    title = "这一笔已经冲正，不能再冲一次"


class NotReversible(Conflict):
    title = "这一笔不能冲正：只有已入账的业务可以全额冲正"


class BalanceFull(Conflict):
    title = "账户余额已达上限，请先使用一部分"


class OwnBusiness(Conflict):
    title = "经办人和批准人不能是同一个人，请换一位批准"


class AccountUnknown(NotFound):
    title = "没有这个账户，请核对后再试"


class NothingToMove(Invalid):
    title = "数额必须大于零"
