from flask import Flask
from sqlalchemy import text

from backend.database import db

OPEN = (
    "open-community --street XS 学府街道 --code xuefu --name 学府社区 --phone 010-00000000"
    " --board-place 居委会门口 --meeting-place 二楼议事厅"
)


def test_a_community_opens_with_its_rules_and_consultation_days(app: Flask) -> None:
    opened = app.test_cli_runner().invoke(args=OPEN.split())

    assert opened.exit_code == 0, opened.output
    with app.app_context():
        [rules] = db.session.execute(text("SELECT count(*) FROM rule_row")).scalars()
        kinds = db.session.execute(text("SELECT kind FROM calendar_rule ORDER BY kind")).scalars()
        assert rules > 0
        assert list(kinds) == ["consultation_day", "discussion_day"]


def test_a_code_is_given_once(app: Flask) -> None:
    app.test_cli_runner().invoke(args=OPEN.split())

    again = app.test_cli_runner().invoke(args=OPEN.split())

    assert again.exit_code == 1
    assert "已经在用" in again.output
