"""Who is who in 和平里社区: those who hold office, their accounts, and six people with phones."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pyotp

from backend import crypto
from backend.clock import utc_now
from backend.database import db
from backend.notifications.actions.subscriptions import Report, take_report
from backend.residents.actions import accounts, me, roles
from backend.residents.models import Caller, Duty, Resident, RoleAssignment, WechatIdentity
from backend.residents.rules.appointments import TITLES
from backend.wechat import wechat
from backend.wechat.double import account as double
from scripts.demonstration.places import Place

PASSWORD = "Ju-Min-Yi-Shi-8"
ALLOWED = 5  # cards of each kind the six have allowed; scripts/serve tells the double the same

ADMINS = (
    ("sys_admin", "sysadmin", "韩立新"),
    ("sec_admin", "security", "冯雪梅"),
    ("auditor", "auditor", "董学文"),
)
ADMIN_ROLES = {role for role, _, _ in ADMINS}
STREET = (("street_lead", "street.lead", "高卫东"), ("street_clerk", "street.clerk", "罗文博"))
COMMITTEE = (
    ("chair", "chair", "李桂兰"),
    ("party_secretary", "secretary", "王建国"),
    ("committee_member", "member1", "许雪梅"),
    ("committee_member", "member2", "刘海燕"),
    ("committee_member", "member3", "张志强"),
    ("committee_member", "member4", "杨丽"),
    ("supervisor", "supervisor1", "朱德明"),
    ("supervisor", "supervisor2", "何淑珍"),
)
WORKERS = (
    ("counter_clerk", "counter", "马欣怡"),
    ("moderator", "moderator1", "谢雨桐"),
    ("moderator", "moderator2", "唐思远"),
)
GRID_WORKERS = ("吴晓东", "郑春梅", "沈俊杰", "彭丽", "曾浩然", "傅敏")
SERVICE_WORKERS = ("萧文博", "程佳怡", "邓小红")
DEPARTMENT = ("dept_user", "housing", "袁立新")


@dataclass(frozen=True)
class Phone:
    """A resident with WeChat: the name is the one the double shows."""

    openid: str
    name: str
    born_year: int
    home: tuple[int, int]  # building and household in it, from 0
    relation: str
    about: str
    large_type: bool = False


PHONES = (
    Phone("o_demo_01", "林安然", 1950, (2, 4), "spouse", "退休教师，三楼", large_type=True),
    Phone("o_demo_02", "陈知夏", 1993, (2, 10), "head", "年轻妈妈，租户"),
    Phone("o_demo_03", "周望舒", 1979, (0, 7), "head", "业委会主任"),
    Phone("o_demo_04", "许明远", 1947, (2, 4), "head", "退休工人，腿脚不便", large_type=True),
    Phone("o_demo_05", "赵清和", 1985, (9, 2), "head", "物业项目经理"),
    Phone("o_demo_06", "孙若谷", 1958, (2, 20), "head", "3号楼楼栋长"),
)


@dataclass
class Staff:
    login: str
    name: str
    role: str
    resident_id: UUID
    secret: str = ""


@dataclass
class Town:
    """The place with its people, and each of them ready to act."""

    place: Place
    staff: dict[str, Staff] = field(default_factory=dict)  # by login name
    phones: dict[str, UUID] = field(default_factory=dict)  # openid -> person
    ids: dict[str, UUID] = field(default_factory=dict)  # name -> person, of those named here
    _callers: dict[UUID, Caller] = field(default_factory=dict)

    @property
    def community_id(self) -> UUID:
        return self.place.community.id

    def at_desk(self, login: str) -> Caller:
        """A worker, signed in."""
        return self.caller(self.staff[login].resident_id, "console")

    def caller(self, person_id: UUID, kind: str = "resident") -> Caller:
        """The person as a session would make them known to the actions."""
        if person_id not in self._callers:
            home = self.place.home_of.get(person_id)
            self._callers[person_id] = Caller(
                resident_id=person_id,
                session_id=uuid4(),
                session_kind=kind,
                community_id=self.community_id,
                level=2 if home else 0,
                household_ids=frozenset({home} if home else ()),
                duties=_duties(person_id) if kind != "resident" else (),
            )
        return self._callers[person_id]

    def worker_of(self, building_id: UUID) -> Caller:
        """The grid worker around a building."""
        number = next(n for n, b in enumerate(self.place.buildings) if b.id == building_id)
        return self.at_desk(f"grid{number % len(GRID_WORKERS) + 1}")


def bring_in(place: Place) -> Town:
    """Everybody with an office or a phone, appointed in the order the matrix asks for."""
    town = Town(place)
    for invited, (role, login, name) in zip(
        accounts.make_admins(
            [(role, login, name) for role, login, name in ADMINS],
            present=[name for _, _, name in ADMINS],
        ),
        ADMINS,
        strict=True,
    ):
        _known(town, login, name, role, invited.account.resident_id)
        _set_up(town.staff[login], invited.setup_code)
    _people_with_phones(town)
    _appoint_street(town)
    for role, login, name in COMMITTEE:
        _appoint(town, "street.clerk", role, login=login, name=name)
    for role, login, name in WORKERS:
        _appoint(town, "chair", role, login=login, name=name)
    for number, name in enumerate(GRID_WORKERS):
        grid = place.small_grids[number]
        _appoint(
            town, "chair", "grid_worker", login=f"grid{number + 1}", name=name, scope_id=grid.id
        )
    for number, name in enumerate(SERVICE_WORKERS):
        grid = place.small_grids[2 * number]
        _appoint(
            town,
            "chair",
            "service_worker",
            login=f"service{number + 1}",
            name=name,
            scope_id=grid.id,
        )
    _helpers(town)
    roles.declare_kin(
        town.at_desk("chair"),
        town.community_id,
        one_id=town.ids["许雪梅"],
        other_id=town.ids["许明远"],
        relation="child",
    )
    return town


def give_accounts(town: Town) -> None:
    """Desks for everybody appointed; the three admins choose new passwords."""
    security = town.at_desk("security")
    for staff in town.staff.values():
        if staff.secret:
            accounts.change_password(
                town.at_desk(staff.login),
                password=PASSWORD + "0",
                new_password=PASSWORD,
                code=_code(staff.secret),
            )
        else:
            invited = accounts.invite(
                security, login_name=staff.login, resident_id=staff.resident_id
            )
            _set_up(staff, invited.setup_code)


def agree_to_the_policy(town: Town) -> None:
    me.publish_shipped_policy(operator="和平里街道办事处", contact="010-0000-6400")
    for person_id in town.phones.values():
        for purpose in ("basic", "residence", "wechat_notice"):
            me.agree(town.caller(person_id), purpose=purpose, policy_version=1)


def connect_phones(town: Town) -> None:
    """As if each of the six had come in by WeChat and allowed a few messages of every kind.

    The last thing done: what was told before is in their inboxes, not on their phones.
    """
    for openid, person_id in town.phones.items():
        identity_id = _bind(person_id, openid)
        for template in wechat().templates.values():
            for _ in range(ALLOWED):
                take_report(
                    identity_id,
                    Report(
                        template=template.id,
                        result="accept",
                        happened_at=utc_now(),
                        ask_id=uuid4(),
                    ),
                )


def sign_in_sheet(town: Town) -> list[dict[str, Any]]:
    """What var/demo.json holds: for people to read, and for scripts/walk to sign in with."""
    residents = [
        {
            "name": phone.name,
            "role": f"居民，{phone.about}",
            "how to sign in": f"phone {phone.openid}",
            "openid": phone.openid,
        }
        for phone in PHONES
    ]
    workers = [
        {
            "name": staff.name,
            "role": TITLES[staff.role],
            "code": staff.role,
            "how to sign in": f"{staff.login} · {PASSWORD} · scripts/code {staff.login}",
            "login": staff.login,
            "password": PASSWORD,
            "totp_secret": staff.secret,
        }
        for staff in town.staff.values()
    ]
    return residents + workers


def _people_with_phones(town: Town) -> None:
    """Each takes the place of somebody the register made up for that home."""
    place = town.place
    by_home: dict[UUID, list[Resident]] = {}
    for person in place.people:
        by_home.setdefault(place.home_of[person.id], []).append(person)
    for phone in PHONES:
        building, number = phone.home
        households = [
            h for h in place.households if place.building_of[h] == place.buildings[building].id
        ]
        living = by_home[households[number]]
        person = living[1 if phone.relation == "spouse" and len(living) > 1 else 0]
        person.name, person.born_year = phone.name, phone.born_year
        person.large_type, person.preferred_channel = phone.large_type, "mini_program"
        town.phones[phone.openid] = town.ids[phone.name] = person.id


def _bind(person_id: UUID, openid: str) -> UUID:
    identity = WechatIdentity(
        resident_id=person_id,
        app_id=double.APP_ID,
        openid_sealed="",
        openid_mac=crypto.mac("wechat_identity.openid", openid),
        bound_at=utc_now(),
    )
    identity.openid_sealed = crypto.seal(openid, f"wechat_identity.openid:{identity.id}")
    db.session.add(identity)
    db.session.flush()
    return identity.id


def _appoint_street(town: Town) -> None:
    for role, login, name in (*STREET, DEPARTMENT):
        person = _newcomer(town, name)
        _known(town, login, name, role, person)
        _give(town, "security", role, person, town.place.street.id if role != "dept_user" else None)


def _appoint(
    town: Town, by: str, role: str, *, login: str, name: str, scope_id: UUID | None = None
) -> None:
    person = _newcomer(town, name)
    _known(town, login, name, role, person)
    _give(town, by, role, person, scope_id)


def _give(town: Town, by: str, role: str, person: UUID, scope_id: UUID | None) -> None:
    given, _ = roles.appoint(
        town.at_desk(by), town.community_id, resident_id=person, role=role, scope_id=scope_id
    )
    if given.state == "proposed":
        second = "sysadmin" if by == "security" else "security"
        roles.confirm(town.at_desk(second), given.id, accepted=True)


def _helpers(town: Town) -> None:
    place = town.place
    chair = town.at_desk("chair")
    lives_in = {
        building.id: [
            person
            for person in place.people
            if place.building_of[place.home_of[person.id]] == building.id
            and person.id not in town.phones.values()
        ]
        for building in place.buildings
    }
    for number, building in enumerate(place.buildings):
        captain = town.ids["孙若谷"] if number == 2 else lives_in[building.id][3].id  # noqa: PLR2004
        roles.appoint(
            chair,
            town.community_id,
            resident_id=captain,
            role="building_captain",
            scope_id=building.id,
        )
    roles.appoint(
        chair,
        town.community_id,
        resident_id=lives_in[place.buildings[2].id][5].id,
        role="stair_captain",
        scope_id=place.buildings[2].id,
        unit_no="1",
    )
    for role, person in (
        ("owners_committee", town.ids["周望舒"]),
        ("owners_committee", lives_in[place.buildings[4].id][0].id),
        ("property_company", town.ids["赵清和"]),
        ("partner_org", lives_in[place.buildings[7].id][0].id),
    ):
        roles.appoint(chair, town.community_id, resident_id=person, role=role)


def _newcomer(town: Town, name: str) -> UUID:
    person = Resident(name=name, born_year=1980, home_community_id=town.community_id)
    db.session.add(person)
    db.session.flush()
    return person.id


def _known(town: Town, login: str, name: str, role: str, person: UUID) -> None:
    town.staff[login] = Staff(login, name, role, person)
    town.ids[name] = person


def _set_up(staff: Staff, setup_code: str) -> None:
    first = PASSWORD + "0" if staff.role in ADMIN_ROLES else PASSWORD
    begun = accounts.set_up(staff.login, setup_code, first)
    staff.secret = parse_qs(urlsplit(begun.otpauth_uri or "").query)["secret"][0]
    accounts.set_up(
        staff.login, setup_code, first, codes=[_code(staff.secret, steps=-1), _code(staff.secret)]
    )


def _code(secret: str, *, steps: int = 0) -> str:
    return str(pyotp.TOTP(secret).at(utc_now() + timedelta(seconds=30 * steps)))


def _duties(person_id: UUID) -> tuple[Duty, ...]:
    held = db.session.query(RoleAssignment).filter_by(resident_id=person_id, state="live")
    return tuple(
        Duty(
            id=each.id,
            role=each.role,
            scope_type=each.scope_type,
            scope_id=each.scope_id,
            community_id=each.community_id,
            street_id=each.street_id,
        )
        for each in held
    )
