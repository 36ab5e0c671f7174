"""What people complain about, suggest and object to: an entry at every step of the desk's pages."""

from backend.clock import today
from backend.complaints.actions import filing, handling
from backend.database import db
from backend.deliberation.actions import objections
from backend.deliberation.models import Proposal
from backend.residents.models import Caller
from scripts.demonstration.history import Story, in_days, in_hours
from scripts.demonstration.people import Town

ADULT_YEARS = 25
OBJECTION = "新滑梯的位置离单元门太近，孩子跑出来就是车道，请再商量一下放在哪里。"


def suggestion(town: Town) -> Story:
    """Answered, and the person is content."""
    said = filing.file(
        _resident(town, 11), kind="suggestion", text="快递柜旁边晚上太暗，能不能加一盏感应灯。"
    )
    yield in_days(1)
    counter = town.at_desk("counter")
    handling.accept(counter, said.id)
    yield in_days(3)
    handling.answer(counter, said.id, text="已请物业在快递柜上方加装感应灯，本周五前装好。")
    yield in_days(2, 19)
    handling.say(_resident(town, 11), said.id, satisfied=True, note="灯装上了，谢谢。")


def answered_complaint(town: Town) -> Story:
    """Answered; somebody is to call back."""
    said = filing.file_for(
        town.at_desk("counter"),
        person_id=_resident(town, 23).resident_id,
        contact="",
        channel="walk_in",
        kind="complaint",
        text="上周三来窗口办居住证明，等了一个小时没有人叫号。",
    )
    yield in_days(1)
    handling.accept(town.at_desk("chair"), said.id)
    yield in_days(2)
    handling.answer(
        town.at_desk("chair"),
        said.id,
        text="那天叫号机坏了，没有及时告知，向您道歉。以后机器坏时由值班人员按先来后到叫号。",
    )


def accepted_complaint(town: Town) -> Story:
    """Its answer is still to come."""
    said = filing.file(
        _resident(town, 37), kind="complaint", text="楼下活动室周末晚上十点以后还有人打麻将。"
    )
    yield in_days(1)
    handling.accept(town.at_desk("counter"), said.id)


def complaint_by_phone(town: Town) -> Story:
    """From somebody whom no register knows; nobody has accepted it yet."""
    filing.file_for(
        town.at_desk("counter"),
        person_id=None,
        contact="13900000042",
        channel="phone",
        kind="complaint",
        text="我是外卖骑手，北门上午不让电动车进，下午又让进，请说清楚规定。",
    )
    yield in_hours(1)


def objection(town: Town) -> Story:
    """To the notice of a result, as soon as one hangs."""
    while True:
        shown = (
            db.session.query(Proposal)
            .filter_by(community_id=town.community_id, status="publicized")
            .order_by(Proposal.id.desc())
            .first()
        )
        if shown is not None:
            break
        yield in_hours(6)
    yield in_hours(5)
    objections.object_to(_resident(town, 5), shown.id, target="publication", text=OBJECTION)


def _resident(town: Town, number: int) -> Caller:
    """The same grown-up person each time."""
    adults = [
        person
        for person in town.place.people
        if person.born_year and today().year - person.born_year >= ADULT_YEARS
    ]
    return town.caller(adults[number].id)
