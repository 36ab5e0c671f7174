"""What people in 和平里社区 do for each other: the rule sheet's items, and deeds in their words."""

from dataclasses import dataclass
from typing import Any

ITEMS: tuple[dict[str, Any], ...] = (
    {"code": "A1", "title": "为老人送餐", "category": "助老", "points": 10, "points_max": 10},
    {
        "code": "A2",
        "title": "陪同就医",
        "category": "助老",
        "points": 15,
        "points_max": 60,
        "unit": "半天",
    },
    {"code": "A3", "title": "代购代取", "category": "助老", "points": 5, "points_max": 10},
    {"code": "A4", "title": "教老人用手机", "category": "助老", "points": 8, "points_max": 16},
    {
        "code": "B1",
        "title": "清理楼道",
        "category": "环境",
        "points": 5,
        "points_max": 20,
        "unit": "小时",
        "needs_helped": False,
    },
    {
        "code": "B2",
        "title": "养护绿地",
        "category": "环境",
        "points": 6,
        "points_max": 18,
        "unit": "小时",
        "needs_helped": False,
    },
    {
        "code": "C1",
        "title": "夜间巡逻",
        "category": "平安",
        "points": 6,
        "points_max": 12,
        "unit": "小时",
        "needs_helped": False,
    },
    {"code": "C2", "title": "照看邻居孩子", "category": "互助", "points": 8, "points_max": 24},
)
CAPS: tuple[dict[str, Any], ...] = (
    {"item_code": "A1", "subject": "person", "period": "day", "cap": 20},
    {"item_code": None, "subject": "pair", "period": "month", "cap": 120},
    {"item_code": None, "subject": "person", "period": "year", "cap": 1200},
)
WORDS = {
    "A1": ("老人腿脚不便，中午送去热饭热菜。", "独居老人感冒了，连送三天午饭。"),
    "A2": ("陪老人去区医院复查，挂号取药。", "送邻居去做透析，等着一起回来。"),
    "A3": ("替老人去药店取降压药。", "下雪天帮楼上老人买米买油送上门。"),
    "A4": ("教老人视频通话，和外地的女儿说上了话。", "帮老人装好医院挂号的小程序，一步步教。"),
    "B1": ("把一层到五层楼道堆放的纸箱清走，扫干净。", "刷掉楼道墙上的小广告，擦了扶手。"),
    "B2": ("给楼前花坛松土浇水，补种了月季。", "清理绿化带里的落叶和塑料袋。"),
    "C1": ("晚上八点到十点在小区巡逻，提醒关好单元门。", "台风天夜里查看车棚和地下室入口。"),
    "C2": ("邻居加班，放学后帮忙照看孩子写作业。", "邻居住院，接送孩子上下学。"),
}
CALLED = "打电话问过本人，说确实帮了忙。"
OBJECTION = "那几天是他女儿送的饭，请核实一下。"
UPHELD = "问过两家，送餐的是家属，异议成立。"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A deed to be lived through: who, for whom, and where it stands today."""

    item: str
    doer: str | int  # a phone's openid, or a number among the grown-ups
    helped: int  # a number among the elders; who is helped is a witness where nobody need be
    begins: int  # days ago
    until: str = "credited"
    units: int = 1
    display: str = "masked"
    helped_phone: str = ""  # instead of an elder
    slip_no: str = ""  # of the paper it came on


DEEDS: tuple[Told, ...] = (
    Told(item="A2", doer="o_demo_02", helped=1, begins=56, units=2),
    Told(item="A1", doer="o_demo_02", helped=1, begins=50),
    Told(item="A3", doer="o_demo_02", helped=2, begins=41, units=2),
    Told(item="A4", doer="o_demo_02", helped=3, begins=33),
    Told(item="C1", doer="o_demo_06", helped=4, begins=55, units=2),
    Told(item="B1", doer="o_demo_06", helped=5, begins=48, units=3),
    Told(item="A3", doer="o_demo_06", helped=0, begins=43, helped_phone="o_demo_04"),
    Told(item="B2", doer="o_demo_06", helped=6, begins=30, units=2),
    Told(item="A1", doer="o_demo_03", helped=7, begins=54),
    Told(item="A4", doer="o_demo_03", helped=8, begins=45, units=2),
    Told(item="C2", doer=3, helped=9, begins=53, units=2),
    Told(item="A1", doer=3, helped=10, begins=46),
    Told(item="B1", doer=14, helped=11, begins=52, units=2),
    Told(item="B2", doer=14, helped=12, begins=38, units=3, slip_no="HP-0017"),
    Told(item="A2", doer=21, helped=13, begins=51),
    Told(item="C1", doer=33, helped=14, begins=40, units=2, display="full"),
    Told(item="A3", doer=40, helped=15, begins=36),
    Told(item="A2", doer=47, helped=16, begins=28, units=4),  # so many points: looked at twice
    Told(item="A1", doer=21, helped=13, begins=26, until="voided"),
    Told(item="A1", doer=52, helped=17, begins=20, until="lapsed"),
    Told(item="A4", doer=58, helped=18, begins=15, until="rejected"),
    Told(item="C2", doer=61, helped=19, begins=12, until="withdrawn"),
    Told(item="A1", doer=33, helped=20, begins=6, until="objected"),
    Told(item="A3", doer="o_demo_02", helped=0, begins=4, until="publicity",
         helped_phone="o_demo_04"),
    Told(item="B1", doer=40, helped=21, begins=4, until="publicity", units=2, display="full"),
    Told(item="C2", doer=66, helped=22, begins=3, until="publicity"),
    Told(item="A2", doer=70, helped=23, begins=3, until="second_review", units=4),
    Told(item="A1", doer=75, helped=24, begins=4, until="returned"),
    Told(item="A4", doer=80, helped=25, begins=2, until="refuted"),
    Told(item="A3", doer=14, helped=26, begins=2, until="confirmed", units=2),
    Told(item="B2", doer="o_demo_06", helped=27, begins=2, until="confirmed", units=2),
    Told(item="A1", doer="o_demo_03", helped=0, begins=1, until="submitted",
         helped_phone="o_demo_04"),
    Told(item="A2", doer="o_demo_02", helped=3, begins=1, until="draft"),
)  # fmt: skip
SHELF: tuple[dict[str, Any], ...] = (
    {"title": "洗衣液", "description": "两公斤装", "kind": "goods", "points": 20, "pieces": 60},
    {"title": "抽纸", "description": "一提六包", "kind": "goods", "points": 12, "pieces": 80},
    {"title": "垃圾袋", "description": "五卷", "kind": "goods", "points": 8, "pieces": 100},
    {"title": "绿植", "description": "绿萝一盆", "kind": "goods", "points": 25, "pieces": 20},
    {"title": "理发", "description": "每周三上午，志愿理发师", "kind": "service", "points": 15,
     "slots": 30},
    {"title": "磨刀", "description": "每月最后一个周六", "kind": "service", "points": 5,
     "slots": 40},
    {"title": "活动室半天", "description": "棋牌室或书画室", "kind": "room", "points": 30,
     "slots": 8},
    {"title": "手写感谢卡", "description": "由小学生志愿者书写", "kind": "thanks", "points": 5,
     "pieces": 50},
)  # fmt: skip
ORDERS: tuple[tuple[str | int, str, int, str], ...] = (  # who, what, days ago, how it ended
    ("o_demo_06", "抽纸", 22, "picked_up"),
    (3, "磨刀", 18, "picked_up"),
    (14, "垃圾袋", 16, "cancelled"),
    ("o_demo_03", "手写感谢卡", 15, "expired"),
    ("o_demo_02", "理发", 9, "picked_up"),
    ("o_demo_02", "洗衣液", 1, "placed"),
)
