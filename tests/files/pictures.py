"""Pictures as telephones take them."""

import random
from io import BytesIO
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories import Person

ORIENTATION, MADE_BY, GPS = 0x0112, 0x010F, 0x8825


def a_photo(seed: int = 1, *, size: tuple[int, int] = (320, 200), **exif: Any) -> bytes:
    """A JPEG of soft fields of grey; another `seed` is another scene."""
    return encoded(scene(seed).resize(size, Image.Resampling.BICUBIC), **exif)


def scene(seed: int) -> Image.Image:
    dice = random.Random(seed)
    small = Image.new("L", (9, 8))
    small.putdata([dice.randrange(256) for _ in range(72)])
    return small.convert("RGB")


def encoded(picture: Image.Image, *, format: str = "JPEG", **exif: Any) -> bytes:  # noqa: A002
    written, told = BytesIO(), Image.Exif()
    if "orientation" in exif:
        told[ORIENTATION] = exif["orientation"]
        told[MADE_BY] = "Telephone"
        told.get_ifd(GPS)[1] = "N"
    picture.save(written, format, exif=told)
    return written.getvalue()


def sent(person: Person, content: bytes, *, name: str = "照片.jpg", **headers: str) -> Any:
    """The answer to sending this picture."""
    picture = FileStorage(BytesIO(content), filename=name)
    boundary, body = encode_multipart({"content": picture}, boundary="between-the-parts")
    return person.ask(
        "POST",
        "/files",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=person.headers | headers,
    )


def a_kept_photo(person: Person, seed: int = 1) -> str:
    """The id of a picture the person has sent."""
    answer = sent(person, a_photo(seed))
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])
