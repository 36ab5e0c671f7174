"""The residents' pages and the desk's files, handed out as they were built."""

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.front import front, hand_out

PAGE = "<!doctype html><title>邻里</title>"
SCRIPT = "console.log('你好')\n" * 200


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves: a page that names hashed files, gzipped twins beside them."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets" / "index-Bk2cC0y4.js").write_text(SCRIPT)
    (tmp_path / "assets" / "index-Bk2cC0y4.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return tmp_path


Ask = Callable[..., TestResponse]


def visitor(folder: Path, *, as_they_change: bool = False) -> Ask:
    app = Flask(__name__)
    app.register_blueprint(front)
    app.add_url_rule("/api/v1/me", "me", lambda: {"name": "林安然"})
    hand_out(app, {"/": folder}, as_they_change=as_they_change)
    return partial(app.test_client().get, buffered=True)  # which closes the file


def test_the_page_is_asked_for_anew_and_may_load_only_from_here(built: Path) -> None:
    page = visitor(built)("/")

    assert page.get_data(as_text=True) == PAGE
    assert page.headers["Cache-Control"] == "no-cache"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_file_with_its_hash_in_its_name_is_kept(built: Path) -> None:
    script = visitor(built)("/assets/index-Bk2cC0y4.js")

    assert "immutable" in script.headers["Cache-Control"]
    assert script.mimetype == "text/javascript"
    assert script.headers["X-Content-Type-Options"] == "nosniff"


def test_who_reads_gzip_is_sent_the_small_twin(built: Path) -> None:
    ask = visitor(built)
    large = ask("/assets/index-Bk2cC0y4.js")
    small = ask("/assets/index-Bk2cC0y4.js", headers={"Accept-Encoding": "gzip, br"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == large.data
    assert small.headers["Vary"] == large.headers["Vary"] == "Accept-Encoding"


def test_what_is_not_a_file_goes_on_to_the_application(built: Path) -> None:
    ask = visitor(built)

    assert ask("/api/v1/me").get_json() == {"name": "林安然"}
    assert ask("/assets/gone.js").status_code == 404
    assert ask("/assets/../../secret").status_code == 404


@pytest.mark.parametrize("as_they_change", [False, True])
def test_without_a_build_one_sentence_says_so(tmp_path: Path, *, as_they_change: bool) -> None:
    page = visitor(tmp_path / "nothing", as_they_change=as_they_change)("/")

    assert page.status_code == 404
    assert "居民端页面还没有生成" in page.get_data(as_text=True)
    assert "/docs/" in page.get_data(as_text=True)


def test_in_development_a_new_build_shows_at_once(built: Path) -> None:
    ask = visitor(built, as_they_change=True)
    ask("/")
    (built / "index.html").write_text("<title>新的</title>")

    assert "新的" in ask("/").get_data(as_text=True)


def test_the_application_answers_at_its_own_addresses(client: FlaskClient) -> None:
    assert client.get("/", buffered=True).status_code in {
        200,
        404,
    }  # whether the pages are built or not
    assert client.get("/healthz").get_json() == {"status": "ok"}
