"""Sending a file, and reading one back."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, request

from backend.api import Blueprint
from backend.files import actions
from backend.files.models import File
from backend.files.schemas import FileSchema, UploadSchema
from backend.residents.identity import current_caller, permitted, require_caller
from backend.uploads import MOST_BYTES

AROUND_IT = 64 * 1024  # what multipart writes around the content

files = Blueprint("files", __name__, url_prefix="/api/v1", description="文件")
files.before_request(require_caller)


@files.before_request
def take_a_picture() -> None:
    """A picture is larger than any other body, and read before the view is reached."""
    request.max_content_length = MOST_BYTES + AROUND_IT


@files.post("/files")
@permitted("file.send")
@files.arguments(UploadSchema, location="files")
@files.response(201, FileSchema)
def send_file(sent: dict[str, Any]) -> File:
    """Send a picture; where and when it was taken is removed. Unused, it is gone after a day."""
    return actions.keep(current_caller(), sent["content"].read())


@files.get("/files/<uuid:file_id>")
@permitted("self")
@files.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def read_file(file_id: UUID) -> Response:
    """Read a file one sent, or whose record one may read."""
    kept, content = actions.read(current_caller(), file_id)
    answer = current_app.response_class(content, mimetype=kept.mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept.id}.jpg"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
