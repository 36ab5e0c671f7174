"""Sending a picture and reading it back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.files import actions
from backend.files.jobs import forget_unattached_files, sweep_files
from backend.files.models import File
from backend.files.rules import MOST_AN_HOUR
from backend.settings import Settings
from tests.factories import Neighbourhood, a_neighbourhood
from tests.files.pictures import a_kept_photo, a_photo, sent
from tests.residents.desk import another_process


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def test_a_picture_sent_can_be_read_by_its_sender_alone(place: Neighbourhood) -> None:
    sender, neighbour = place.a_resident(), place.a_resident(name="何邻居")
    kept = sent(sender, a_photo(orientation=1))
    assert kept.status_code == 201, kept.text
    url = f"/files/{kept.get_json()['id']}"

    answer = sender.get(url)

    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert b"Exif" not in answer.data
    assert neighbour.get(url).status_code == 404
    assert place.a_worker("chair").get(url).status_code == 404
    assert place.a_visitor().post("/files").status_code == 403


def test_a_picture_larger_than_any_other_body_passes(place: Neighbourhood) -> None:
    noise = b"".join(bytes([n % 251]) for n in range(2_000_000))

    answer = sent(place.a_resident(), a_photo() + noise)

    assert answer.status_code == 201, answer.text
    assert answer.get_json()["bytes"] < 1_000_000


def test_more_than_ten_megabytes_or_no_picture_is_refused(place: Neighbourhood) -> None:
    sender = place.a_resident()

    assert sent(sender, b"x" * (10 * 1024 * 1024 + 1)).status_code == 422
    assert sent(sender, b"x" * (11 * 1024 * 1024)).status_code == 413
    refused = sent(sender, b"<html></html>", name="照片.jpg")
    assert refused.get_json()["type"] == "/problems/not-a-picture"
    assert sender.post("/files", {"content": "x"}).status_code == 422
    words = {"content": "照片"}
    assert (
        sender.ask("POST", "/files", data=words, content_type="multipart/form-data").status_code
        == 422
    )


def test_nobody_fills_the_folder(place: Neighbourhood, limited_settings: Settings) -> None:
    with another_process(limited_settings) as limited:
        sender, other = (replace(place.a_resident(), app=limited) for _ in range(2))

        answers = [sent(sender, b"no picture").status_code for _ in range(MOST_AN_HOUR)]
        refused = sent(sender, a_photo())

        assert answers == [422] * MOST_AN_HOUR
        assert refused.status_code == 429
        assert refused.get_json()["type"] == "/problems/sent-too-many"
        assert 0 < int(refused.headers["Retry-After"]) <= 60 * 60
        assert sent(other, a_photo()).status_code == 201


def test_the_same_key_keeps_one_picture(place: Neighbourhood) -> None:
    sender = place.a_resident()

    def again() -> str:
        answer = sent(sender, a_photo(), **{"Idempotency-Key": "one"})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    assert again() == again()


def test_much_that_nobody_used_is_gone_after_a_day_too(place: Neighbourhood) -> None:
    a_kept_photo(place.a_resident())
    with place.app.app_context(), transaction():
        columns = {column.name for column in File.__table__.columns}
        copied = ", ".join(sorted(columns - {"id", "stored_name"}))
        db.session.execute(
            text(
                f"INSERT INTO file (id, stored_name, {copied})"  # noqa: S608, our own words
                f" SELECT gen_random_uuid(), n::text, {copied} FROM file, generate_series(1, 500) n"
            )
        )
    with place.app.app_context(), clock.at(utc_now() + timedelta(hours=25)):
        forget_unattached_files()
        assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_what_nobody_used_is_gone_after_a_day(place: Neighbourhood) -> None:
    sender = place.a_resident()
    unused, used = a_kept_photo(sender, 1), a_kept_photo(sender, 2)
    with place.app.app_context(), transaction():
        kept = db.session.scalars(select(File).order_by(File.id)).all()
        names = [each.stored_name for each in kept]
        kept[1].attached_type, kept[1].attached_id = "something", kept[1].id
    with place.app.app_context(), clock.at(utc_now() + timedelta(hours=25)):
        forget_unattached_files()
        sweep_files()
        gone, stays = (actions.path_of(name) for name in names)
        assert not gone.exists()
        assert stays.exists()
    assert sender.get(f"/files/{unused}").status_code == 404
    assert sender.get(f"/files/{used}").status_code == 200
