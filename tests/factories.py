"""Plausible records, saved. Every test lives in a community of its own."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.dialects.postgresql import Range
from werkzeug.test import TestResponse

from backend import crypto
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.residents.identity import open_session
from backend.residents.models import (
    Building,
    BuildingGrid,
    Community,
    Dwelling,
    Grid,
    Household,
    Residency,
    Resident,
    RoleAssignment,
    Street,
    WechatIdentity,
)

LONG_AGO = date(2020, 1, 1)
DISTRICT_ROLES = {"sys_admin", "sec_admin", "auditor", "dept_user"}
STREET_ROLES = {"street_clerk", "street_lead"}


@dataclass(kw_only=True)
class Person:
    """Somebody with a session: asks over HTTP, as the mini program or the console would."""

    app: Flask
    id: UUID
    token: str
    name: str = ""
    household_id: UUID | None = None
    openid: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.ask("GET", path, query_string=query)

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        return self.ask("POST", path, json=body or {}, headers=self.headers | headers)

    def put(self, path: str, body: dict[str, Any] | None = None) -> TestResponse:
        return self.ask("PUT", path, json=body or {})

    def delete(self, path: str) -> TestResponse:
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        options.setdefault("headers", self.headers)
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, **options)


@dataclass(kw_only=True)
class Neighbourhood:
    """A community with one branch of the grid tree, a building, and room for households."""

    app: Flask
    id: UUID
    street_id: UUID
    grid_id: UUID
    building_id: UUID
    code: str
    rooms: int = field(default=0)

    def a_household(self, *, tenure: str = "owner") -> UUID:
        self.rooms += 1
        with transaction():
            dwelling = Dwelling(
                community_id=self.id,
                building_id=self.building_id,
                unit_no="1",
                floor=self.rooms,
                room_no=f"{self.rooms}01",
            )
            db.session.add(dwelling)
            db.session.flush()
            household = Household(
                community_id=self.id, dwelling_id=dwelling.id, tenure=tenure, opened_on=LONG_AGO
            )
            db.session.add(household)
        return household.id

    def a_resident(
        self, *, name: str = "王芳", household_id: UUID | None = None, openid: str | None = None
    ) -> Person:
        """Somebody whose residence is verified (level 2), with a resident's session."""
        with self.app.app_context():
            household_id = household_id or self.a_household()
            with transaction():
                resident = _someone(name, self.id)
                db.session.flush()
                db.session.add(
                    Residency(
                        community_id=self.id,
                        resident_id=resident.id,
                        household_id=household_id,
                        relation="head",
                        valid=Range(LONG_AGO, None),
                    )
                )
                if openid:
                    bind(resident, openid)
                token = open_session(resident.id, "resident")
            return Person(
                app=self.app,
                id=resident.id,
                token=token,
                name=name,
                household_id=household_id,
                openid=openid,
            )

    def a_visitor(self, *, name: str = "李访") -> Person:
        """Somebody signed in whose residence nobody has verified (level 0)."""
        with self.app.app_context(), transaction():
            resident = _someone(name, self.id)
            db.session.flush()
            token = open_session(resident.id, "resident")
            return Person(app=self.app, id=resident.id, token=token, name=name)

    def a_worker(
        self, role: str, *, name: str = "赵工", grid_id: UUID | None = None, kind: str = "console"
    ) -> Person:
        """Somebody who holds `role` here today, with a staff session; not a resident."""
        scope_type = "community"
        if role in DISTRICT_ROLES:
            scope_type = "district"
        elif role in STREET_ROLES:
            scope_type = "street"
        elif role == "grid_worker":
            scope_type, grid_id, kind = "grid", grid_id or self.grid_id, "field"
        with self.app.app_context(), transaction():
            resident = _someone(name, None)
            db.session.flush()
            db.session.add(
                RoleAssignment(
                    resident_id=resident.id,
                    role=role,
                    scope_type=scope_type,
                    scope_id=grid_id if scope_type == "grid" else None,
                    community_id=self.id if scope_type in {"grid", "community"} else None,
                    street_id=self.street_id if scope_type == "street" else None,
                    valid=Range(today() - timedelta(days=30), None),
                    basis="appointed",
                    appointed_by=None,
                )
            )
            token = open_session(resident.id, kind)
            return Person(app=self.app, id=resident.id, token=token, name=name)


def a_neighbourhood(app: Flask) -> Neighbourhood:
    code = uuid4().hex[:8]
    with app.app_context(), transaction():
        street = Street(code=f"S{code}", name="和平街道")
        db.session.add(street)
        db.session.flush()
        community = Community(
            street_id=street.id,
            code=f"C{code}",
            name="和平里社区",
            phone="010-64200000",
            board_place="居委会门口",
        )
        db.session.add(community)
        db.session.flush()
        parent: Grid | None = None
        for level, name in enumerate(("第一大网格", "第一中网格", "第一小网格"), start=1):
            parent = Grid(
                community_id=community.id,
                level=level,
                code=f"G{level}",
                name=name,
                parent_id=parent.id if parent else None,
            )
            db.session.add(parent)
            db.session.flush()
        building = Building(community_id=community.id, name="3号楼", units=2)
        db.session.add(building)
        db.session.flush()
        small = parent
        if small is None:
            raise AssertionError
        db.session.add(
            BuildingGrid(
                community_id=community.id,
                building_id=building.id,
                grid_id=small.id,
                valid=Range(LONG_AGO, None),
            )
        )
        return Neighbourhood(
            app=app,
            id=community.id,
            street_id=street.id,
            grid_id=small.id,
            building_id=building.id,
            code=community.code,
        )


def _someone(name: str, home_community_id: UUID | None) -> Resident:
    resident = Resident(name=name, home_community_id=home_community_id, born_year=1970)
    db.session.add(resident)
    return resident


def bind(resident: Resident, openid: str) -> WechatIdentity:
    """Give somebody a phone."""
    identity = WechatIdentity(
        resident_id=resident.id,
        app_id="wxdouble00000001",
        openid_sealed="",
        openid_mac=crypto.mac("wechat_identity.openid", openid),
        bound_at=utc_now(),
    )
    identity.openid_sealed = crypto.seal(openid, f"wechat_identity.openid:{identity.id}")
    db.session.add(identity)
    return identity
