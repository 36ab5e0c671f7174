"""The grid tree, buildings, dwellings, households and groups as JSON, its checks as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text
from backend.residents.rules.grid_checks import Check
from backend.residents.rules.verification import TENURES

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class NewGridSchema(Schema):
    level = fields.Integer(required=True, validate=validate.Range(1, 3))
    code = Text(most=20, required=True)
    name = Text(most=30, required=True)
    parent_id = fields.UUID(load_default=None)


class GridNameSchema(Schema):
    code = Text(most=20, required=True)
    name = Text(most=30, required=True)


class GridSchema(Schema):
    id = fields.UUID()
    level = fields.Integer()
    code = fields.String()
    name = fields.String()
    parent_id = fields.UUID(allow_none=True)


class NewBuildingSchema(Schema):
    name = Text(most=30, required=True)
    units = fields.Integer(load_default=1, validate=validate.Range(1, 50))
    grid_id = fields.UUID(load_default=None)


class BuildingSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    units = fields.Integer()


class BuildingsSchema(Schema):
    items = fields.List(fields.Nested(BuildingSchema))


class PlacementSchema(Schema):
    grid_id = fields.UUID(required=True)
    from_on = fields.Date(load_default=None)


class PlacedSchema(Schema):
    id = fields.UUID()
    building_id = fields.UUID()
    grid_id = fields.UUID()
    from_on = fields.Date(attribute="valid.lower")
    until_on = fields.Date(attribute="valid.upper", allow_none=True)


class GridWorkerSchema(Schema):
    assignment_id = fields.UUID()
    resident_id = fields.UUID()
    name = fields.String()
    role = fields.String()


class GridNodeSchema(GridSchema):
    class Meta:
        exclude = ("parent_id",)

    workers = fields.List(fields.Nested(GridWorkerSchema))
    buildings = fields.List(fields.Nested(BuildingSchema))
    grids = fields.List(fields.Nested("GridNodeSchema"))


class GridTreeSchema(Schema):
    on = fields.Date()
    grids = fields.List(fields.Nested(GridNodeSchema))
    buildings_without_grid = fields.List(fields.Nested(BuildingSchema))


class NewDwellingSchema(Schema):
    building_id = fields.UUID(required=True)
    unit_no = Text(most=10, required=True)
    floor = fields.Integer(required=True, validate=validate.Range(-5, 200))
    room_no = Text(most=10, required=True)


class DwellingSchema(NewDwellingSchema):
    id = fields.UUID()


class NewHouseholdSchema(Schema):
    dwelling_id = fields.UUID(required=True)
    tenure = fields.String(required=True, validate=validate.OneOf(TENURES))
    opened_on = fields.Date(load_default=None)


class ClosingSchema(Schema):
    closed_on = fields.Date(load_default=None)


class HouseholdSchema(Schema):
    id = fields.UUID()
    dwelling_id = fields.UUID()
    tenure = fields.String()
    opened_on = fields.Date()
    closed_on = fields.Date(allow_none=True)


class MemberSchema(Schema):
    residency_id = fields.UUID()
    person_id = fields.UUID()
    name = fields.String(allow_none=True)
    relation = fields.String()
    since = fields.Date(allow_none=True)


class RegisteredHouseholdSchema(HouseholdSchema):
    building_id = fields.UUID()
    building = fields.String()
    unit_no = fields.String()
    room_no = fields.String()
    floor = fields.Integer()
    group = fields.String(allow_none=True)
    people = fields.List(fields.Nested(MemberSchema))


class HouseholdListArguments(PageArguments):
    building_id = fields.UUID(load_default=None)
    with_closed = fields.Boolean(load_default=False)


class NewGroupSchema(Schema):
    code = Text(most=20, required=True)
    name = Text(most=30, required=True)


class GroupSchema(NewGroupSchema):
    id = fields.UUID()


class RegisteredGroupSchema(GroupSchema):
    households = fields.Integer()


class GroupMembersSchema(Schema):
    household_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=200)
    )
    from_on = fields.Date(load_default=None)


class JoinedSchema(Schema):
    households = fields.Integer(metadata={"description": "How many came into the group"})


class FindingSchema(Schema):
    subject_id = fields.UUID(allow_none=True)
    subject = fields.String()
    text = fields.String()


class CheckSchema(Schema):
    code = fields.String()
    title = fields.String()
    checked = fields.Integer()
    findings = fields.List(fields.Nested(FindingSchema))


class GridChecksSchema(Schema):
    on = fields.Date()
    checks = fields.List(fields.Nested(CheckSchema))


class GridChecksArguments(Schema):
    format = fields.String(load_default="json", validate=validate.OneOf(("json", "csv")))


def checks_as_csv(checks: Iterable[Check]) -> str:
    """One line a finding, and one for each check without any; for Excel, hence the BOM."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("编号", "检查项", "检查数", "对象", "发现"))
    for check in checks:
        head = (check.code, check.title, check.checked)
        if not check.findings:
            writer.writerow((*head, "", "无问题"))
        for finding in check.findings:
            writer.writerow(_harmless((*head, finding.subject, finding.text)))
    return "\ufeff" + out.getvalue()


def _harmless(cells: Sequence[Any]) -> list[Any]:
    """A name somebody typed must not become a formula in the reader's spreadsheet."""
    return [
        f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
        for cell in cells
    ]
