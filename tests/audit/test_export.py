"""Evidence leaves the house in lines that anybody can recompute, and its keepers hear of breaks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from backend.audit import jobs
from backend.audit.models import AuditEvent
from backend.database import db
from backend.notifications.models import Notice
from backend.settings import Settings
from tests.audit.test_evidence import as_owner, sealed, something_happens
from tests.factories import Neighbourhood, a_neighbourhood

CHECK = Path(__file__).parents[2] / "scripts" / "evidence"


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def export(app: Flask, to: Path, *options: str) -> str:
    result = app.test_cli_runner().invoke(args=["export-audit", str(to), *options])
    assert result.exit_code == 0, result.output
    return result.output


def check(exported: Path) -> tuple[int, str]:
    ran = subprocess.run(  # noqa: S603, our own script
        [sys.executable, "-I", str(CHECK), str(exported)],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_an_export_is_whole_without_this_program(
    place: Neighbourhood, context: Flask, tmp_path: Path
) -> None:
    sealed(place.id, 3)
    something_happens(place.id)

    said = export(context, tmp_path / "all", "--community", place.code)

    assert "导出13行" in said  # three blocks of three events, and one nobody sealed yet
    assert check(tmp_path / "all") == (0, "13 lines, whole\n")
    event = db.session.query(AuditEvent).filter_by(action="audit.exported").one()
    assert (event.community_id, event.detail) == (place.id, {"lines": 13})


def test_an_export_to_standard_output_is_whole_too(
    place: Neighbourhood, context: Flask, tmp_path: Path
) -> None:
    sealed(place.id, 1)

    result = context.test_cli_runner().invoke(args=["export-audit", "-", "--community", place.code])
    (tmp_path / "piped").write_bytes(result.stdout_bytes)

    assert check(tmp_path / "piped") == (0, "4 lines, whole\n")


@pytest.mark.parametrize("harm", ["changed", "left out", "swapped blocks", "block changed"])
def test_whoever_touches_an_export_is_found(
    place: Neighbourhood, context: Flask, tmp_path: Path, harm: str
) -> None:
    sealed(place.id, 2)
    export(context, tmp_path / "it", "--community", place.code)
    lines = [json.loads(line) for line in (tmp_path / "it").read_text("utf-8").splitlines()]

    if harm == "changed":
        lines[2]["event"]["actor_role"] = "chair"
    elif harm == "left out":
        del lines[2]
    elif harm == "swapped blocks":
        lines = lines[4:] + lines[:4]
    else:
        lines[4]["block"]["n"] = 2

    (tmp_path / "it").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    code, said = check(tmp_path / "it")
    assert (code, "broken" in said) == (1, True)


def test_what_is_no_export_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "it").write_text("[1]\n{", "utf-8")

    assert check(tmp_path / "it")[0] == 2
    assert check(tmp_path / "nothing")[0] == 2


def test_the_keepers_hear_once_of_a_broken_chain(
    place: Neighbourhood, context: Flask, settings: Settings
) -> None:
    security, auditor = place.a_worker("sec_admin"), place.a_worker("auditor")
    place.a_worker("chair")
    sealed(place.id, 2)
    sealed(None, 1)
    jobs.verify_audit()
    assert db.session.query(Notice).count() == 0
    with as_owner(settings) as owner:
        owner.execute(text("UPDATE audit_event SET actor_role = 'x' WHERE block_no = 1"))

    jobs.verify_audit()
    jobs.verify_audit()

    told = db.session.query(Notice).all()
    assert {notice.resident_id for notice in told} == {security.id, auditor.id}
    assert len(told) == 4  # of the community's chain and of the district's, each of them
    assert {notice.headline for notice in told} == {"审计记录核验不通过"}
    assert any("全区的审计链在第1块处不相符" in notice.body for notice in told)
