"""Hands out what scripts/build built: the residents' browser build at `/`, the desk's files."""

from collections.abc import Mapping
from pathlib import Path
from wsgiref.headers import Headers

from flask import Blueprint, Flask
from whitenoise import WhiteNoise

H5 = Path(__file__).parent.parent / "miniprogram-stub" / "dist" / "build" / "h5"
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
NOT_BUILT = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>邻里</title>
<p>居民端页面还没有生成：请在这台机器上运行 scripts/build，再重新启动；接口文档在
<a href="/docs/">/docs/</a>。</p>
</html>
"""

front = Blueprint("front", __name__)


@front.get("/")
def say_what_is_missing() -> tuple[str, int]:
    """Answers only where the residents' pages were not built; else a file stands before it."""
    return NOT_BUILT, 404


def hand_out(app: Flask, folders: Mapping[str, Path], *, as_they_change: bool) -> None:
    """Answer with the files of each folder below its prefix; everything else is the application's.

    `as_they_change`: look at the disk at every request, so that a new build shows at once.
    """
    files = WhiteNoise(
        app.wsgi_app,
        autorefresh=as_they_change,
        index_file=True,
        max_age=0,
        allow_all_origins=False,
        add_headers_function=_guarded,
        immutable_file_test=_has_its_hash_in_its_name,
    )
    for prefix, folder in folders.items():
        if as_they_change or folder.is_dir():
            files.add_files(str(folder), prefix)
    app.wsgi_app = files  # type: ignore[method-assign]


def _guarded(headers: Headers, _path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if url.endswith("/"):
        headers["Cache-Control"] = "no-cache"  # names the newest of all other files
        headers["Content-Security-Policy"] = CSP


def _has_its_hash_in_its_name(_path: str, url: str) -> bool:
    return url.startswith(("/assets/", "/console/static/")) and not url.endswith("manifest.json")
