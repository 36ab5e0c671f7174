"""The permission matrix as data: which role may do what, and how far it reaches.

A cell is "role letter:scope". Letters: A anyone signed in, V a visitor with a bound phone
(level 1), R a resident with verified residence (level 2), P a proxy whom a resident let act for
them (`rules.proxies`; where a row has no P, nobody does it for another), then the staff roles of
`LETTERS`.
Scopes: o own, p principal, h household, g grid node and below, c community, t street, d district.
`2` after a scope means that a second person confirms. Grants of several roles add up.
"""

from collections.abc import Collection
from functools import lru_cache

from backend.errors import AccessDenied, NotAllowed

LETTERS = {
    "G": ("grid_worker", "service_worker"),
    "W": ("counter_clerk",),
    "M": ("committee_member",),
    "C": ("chair",),
    "S": ("supervisor",),
    "O": ("moderator",),
    "T": ("street_clerk",),
    "L": ("street_lead",),
    "D": ("dept_user",),
    "Y": ("sys_admin",),
    "Z": ("sec_admin",),
    "U": ("auditor",),
}
ROLES = frozenset(role for roles in LETTERS.values() for role in roles) | {
    "building_captain",
    "stair_captain",
    "party_secretary",
    "owners_committee",
    "property_company",
    "partner_org",
}
COMMITTEE = frozenset({"committee_member", "chair", "party_secretary", "counter_clerk"})
ADMINS = frozenset({"sys_admin", "sec_admin", "auditor"})
LEVELS = {"A": 0, "V": 1, "R": 2}

MATRIX = {
    # people
    "self": "A:o",
    "notice.read": "R:c G:c W:c M:c C:c S:c T:t D:d",
    "community.read": "A:c",
    "household.read": "R:h G:g W:c M:c C:c",
    "household.edit": "G:g W:c M:c C:c",
    "people.search": "G:g W:c M:c C:c",
    "grid.read": "G:c W:c M:c C:c S:c T:t D:d Z:d",
    "grid.edit": "W:c M:c C:c",
    "residence.request": "A:o G:g",
    "residence.verify": "G:g M:c C:c",
    "slip.issue": "G:g",
    "proxy.own": "R:o",  # to offer, accept and end; a proxy hands nothing on
    "proxy.record": "G:g W:c",  # what somebody signed on paper or says at the counter
    "role.read": "W:c M:c C:c S:c T:t Y:d Z:d",
    "role.appoint": "C:c T:t Z:d",  # any of the four rows below; the action asks which
    "role.appoint.helpers": "C:c",
    "role.appoint.workers": "C:c2",
    "role.appoint.committee": "T:t2",
    "role.appoint.street": "Z:d2",
    "role.confirm": "Z:d Y:d",
    "kin.declare": "G:o W:o M:o C:c S:o O:o T:t Z:d",
    "kin.declare.others": "C:c T:t Z:d",
    "holiday.edit": "Y:d",
    "account.manage": "Z:d",
    "setting.read": "W:c M:c C:c S:c T:t Y:d Z:d",
    "setting.change": "C:c T:t Y:d2",  # the district's: its administrators, two of them
    "setting.confirm": "Z:d",
    "grid_checks.read": "M:c C:c S:c T:t",
    # evidence
    "audit.read": "U:d S:c",
    "audit.verify": "U:d S:c",
    "file.send": "R:o G:g W:c M:c C:c",
    # what people write
    "content.appeal": "V:o R:o",
    "moderation.read": "O:c C:c S:c",
    "moderation.decide": "O:c C:c",  # the chair: what was escalated or is overdue
    "moderation.appeal": "C:c S:c",
    # complaints and suggestions
    "complaint.file": "A:c",
    "complaint.read": "W:c M:c C:c S:c T:t",
    "complaint.handle": "W:c M:c C:c T:t",  # the street where all of the committee is concerned
    # openness
    "bulletin.draft": "G:g W:c M:c C:c T:t",
    "bulletin.publish": "M:c C:c T:t",
    "bulletin.post_on_board": "G:g W:c M:c C:c",
    "bulletin.withdraw": "C:c T:t",
    "due_item.waive": "C:c2",
    "due_item.agree": "S:c",
    "due_item.read": "W:c M:c C:c S:c T:t",
    # the virtue bank
    "points.desk": "G:c W:c M:c C:c S:c U:d",  # the way to the pages below
    "points.read": "A:c",  # sheets, the board, the shop's shelves, heads of the ledger
    "points.own": "A:o",
    "points.account": "A:o P:p",  # what is on the account, and how it came there
    "points.statement": "M:c C:c S:c",  # another person's: with a reason that is kept
    "points.statement.print": "W:c M:c C:c S:c",  # the counter: because the holder asks
    "points.claim": "R:o P:p",
    "points.neighbour": "R:c",  # one at a time, by whole name and building; staff search
    "points.record": "G:g W:c M:c C:c",
    "points.attest": "R:o P:p G:g W:c M:c C:c",  # who was asked; or a worker types what they said
    "points.deed": "R:o P:p G:g W:c M:c C:c S:c",  # whose deed it is; staff in their scope
    "points.display": "R:o G:g W:c M:c C:c S:c",  # to be named or not is for oneself to say
    "points.decide": "G:g M:c",
    "points.second": "G:c M:c",
    "points.object": "R:c P:p G:g W:c M:c C:c",  # staff: what stands on a slip
    "points.object_thanks": "R:c G:g W:c M:c C:c",  # to a line or an honour; and its appeal
    "points.judge": "M:c C:c",
    "points.appeal": "R:o",
    "points.judge_appeal": "S:c",
    "points.redeem": "R:o",
    "points.counter": "W:c",
    "points.return": "W:c M:c",
    "points.shop": "M:c",
    "points.shop.read": "W:c M:c C:c S:c",
    "points.sheet": "C:c2",
    "points.sheet.confirm": "M:c C:c",
    "points.budget": "C:c2",
    "points.budget.confirm": "M:c C:c",
    "points.budget.read": "M:c C:c S:c",
    "points.quota.own": "G:o M:o C:o",
    "points.reverse": "M:c2 C:c2",
    "points.reverse.read": "A:o M:c C:c S:c",
    "points.reverse.answer": "A:o G:g W:c M:c C:c",  # the holder; or a worker types it
    "points.freeze": "C:c2",
    "points.freeze.confirm": "S:c",
    "points.freeze.read": "A:o M:c C:c S:c",  # what one is suspected of, no proxy is told
    "points.freeze.appeal": "A:o G:g W:c M:c C:c",  # the holder; or a worker types it
    "points.check": "M:c C:c",
    "points.settle": "M:c2 C:c2",
    "points.case": "S:c",
    "points.verify": "S:c U:d",
    "points.duty": "M:c C:c",
    "points.batch.read": "G:c M:c C:c S:c",
    "points.batch.propose": "M:c C:c",
    "points.batch.review": "G:c",
    "points.batch.approve": "M:c C:c",
    "points.thanks_objection.read": "M:c C:c S:c",
    "honour.read": "A:c",
    "honour.hold": "M:c C:c",
    "honour.nominate": "R:c G:g W:c M:c C:c",  # staff: what stands on a slip
    "honour.answer": "A:o G:g W:c M:c C:c",  # the nominee; or a worker types it
    "honour.review": "A:o W:c M:c C:c S:c",  # the panel is named for each round
    "honour.revoke": "C:c",
    # matters
    "matter.read": "A:c",
    "matter.file": "V:o R:o",
    "intake.open": "G:g W:c M:c C:c",
    "matter.support": "R:c",
    "matter.accept": "G:g C:c",
    "matter.assign": "C:c",
    "matter.reject": "G:g W:c M:c C:c",
    "matter.inquire": "W:c M:c C:c",
    "matter.note_inquiry": "G:g W:c M:c C:c",
    "matter.read_inquiry": "G:g W:c M:c C:c S:c T:t",
    "matter.refer": "W:c M:c C:c T:t",
    "matter.withdraw": "V:o R:o",
    "objection.file": "V:o R:o",
    "objection.decide": "C:c S:c",
    "inquiry.raise": "S:c",
    "calendar.read": "A:c",
    "calendar.edit": "C:c",
    "meeting.arrange": "W:c M:c C:c",
    # Seats and the table are named for each meeting: of a company or a street office, too.
    "meeting.hold": "A:o W:c M:c C:c S:c",
    "meeting.sign": "A:o W:c M:c C:c S:c",
    "task.report": "A:o",
    "inspection.do": "R:c S:c",
    "appraisal.answer": "V:o R:o G:g W:c M:c C:c",
    "result.draft": "W:c M:c C:c",
    "result.publish": "C:c",
    "referral.reply": "W:c M:c C:c T:t L:t",
    "conversation.open": "W:c M:c C:c",
    # Others' votes: residents those on what they have voted on themselves, staff all.
    "conversation.read": "A:o W:c M:c C:c S:c O:c",
    "conversation.oversee": "W:c M:c C:c S:c O:c",
    "statement.write": "V:c R:c",
    "statement.vote": "R:c",
    "statement.key_vote": "G:g W:c M:c C:c",
}
GRANTS: dict[str, dict[str, str]] = {
    action: dict(cell.split(":") for cell in cells.split()) for action, cells in MATRIX.items()
}


class ResidenceNotVerified(NotAllowed):
    title = "请先完成居住核验"

    def __init__(self) -> None:
        super().__init__("请网格员来核实住处：打居委会电话，或到社区窗口说一声就行。")


class PhoneNotBound(NotAllowed):
    title = "请先绑定手机号，或由网格员核验居住"

    def __init__(self) -> None:
        super().__init__("也可以打电话、到社区窗口或用纸质表格办理。")


def granted_scopes(action: str, roles: Collection[str], level: int) -> frozenset[str]:
    """The scopes in which somebody with these roles and this level may do `action`."""
    return _granted(action, frozenset(roles), level)


@lru_cache(4096)  # every page asks it of each door, and few people have roles no other has
def _granted(action: str, roles: frozenset[str], level: int) -> frozenset[str]:
    return frozenset(
        scope[0]
        for letter, scope in GRANTS[action].items()
        if (letter in LEVELS and level >= LEVELS[letter])
        or not roles.isdisjoint(LETTERS.get(letter, ()))
    )


def check_granted(action: str, roles: Collection[str], level: int) -> frozenset[str]:
    """As `granted_scopes`, but refuse where there is none, naming what is missing."""
    scopes = granted_scopes(action, roles, level)
    if scopes:
        return scopes
    wanted = {LEVELS[letter] for letter in GRANTS[action] if letter in LEVELS}
    if wanted and level < min(wanted):
        raise PhoneNotBound if min(wanted) == LEVELS["V"] else ResidenceNotVerified
    raise AccessDenied
