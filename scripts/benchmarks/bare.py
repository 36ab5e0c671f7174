"""The floors: applications on the same web server that do nothing, or insert one row."""

from flask import Flask, request
from sqlalchemy import create_engine, text
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.settings import read_settings

INSERT = text("""
INSERT INTO push_event (id, created_at, dedupe_key, body_sealed, received_at)
VALUES (:id, :now, :key, :body, :now)
""")

app = Flask(__name__)


@app.get("/")
def bare() -> dict[str, str]:
    return {"status": "ok"}


def inserting() -> Flask:
    """Keeps what it is sent, unread: one statement and its commit."""
    keeper = Flask(__name__)
    engine = create_engine(read_settings().database_url)

    @keeper.get("/")
    def ready() -> str:
        return "ready"

    @keeper.post("/wechat/push")
    def keep() -> str:
        row = uuid7()
        given = {
            "id": row,
            "now": utc_now(),
            "key": str(row),
            "body": request.get_data(as_text=True),
        }
        with engine.begin() as connection:
            connection.execute(INSERT, given)
        return "success"

    return keeper
