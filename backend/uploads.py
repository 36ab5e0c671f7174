"""Pictures people send: checked by content, upright, written anew; the only user of Pillow."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from PIL import ExifTags, Image

from backend.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
MIME = "image/jpeg"
HASH_COLUMNS, HASH_ROWS = 8, 8

# What the camera says of how it was held, and what sets the picture upright.
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = None  # ours are counted below, before anything is decoded


class PictureTooLarge(Invalid):
    title = "图片太大"


class NotAPicture(Invalid):
    title = "这个文件不是图片"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as we keep it: JPEG, upright, without a word about where or when it was taken.

    `dhash` changes little when the picture does: it finds likeness, it proves nothing.
    """

    content: bytes = field(repr=False)
    mime: str
    width: int
    height: int
    sha256: str
    dhash: int


def read_picture(sent: bytes) -> Picture:
    """Decode what was sent, whatever its name says, and write it anew.

    Raises:
        PictureTooLarge: more than 10 MB or 40 million pixels.
        NotAPicture: no JPEG, PNG or WebP, or a broken one.
    """
    if len(sent) > MOST_BYTES:
        raise PictureTooLarge("每张不超过10 MB，请换一张或压缩后再传。")
    upright = _decoded(sent)
    written = BytesIO()
    upright.save(written, "JPEG", quality=QUALITY, optimize=True)
    content = written.getvalue()
    return Picture(
        content=content,
        mime=MIME,
        width=upright.width,
        height=upright.height,
        sha256=hashlib.sha256(content).hexdigest(),
        dhash=_dhash(upright),
    )


def _decoded(sent: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureTooLarge("不超过四千万像素，请换一张。")
            return _on_white(_upright(_fitting(opened)))
    except (OSError, SyntaxError, ValueError, EOFError):
        raise NotAPicture("请换一张手机拍的照片，或者截一张图再传。") from None


def _fitting(picture: Image.Image) -> Image.Image:
    if max(picture.size) > LONGEST_SIDE:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def _orientation(picture: Image.Image) -> object:
    """How the camera was held; nothing where what it wrote cannot be read."""
    try:
        return picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001, a photo is not refused for its camera's mistake
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    """As RGB; a copy of the pixels alone, so that nothing else goes along."""
    whole = picture.convert("RGBA")
    plain = Image.new("RGB", whole.size, "white")
    plain.paste(whole, mask=whole.getchannel("A"))
    return plain


def _dhash(picture: Image.Image) -> int:
    """64 bits: whether each of 8 × 8 fields is brighter than its right neighbour; signed."""
    small = picture.convert("L").resize((HASH_COLUMNS + 1, HASH_ROWS), Image.Resampling.LANCZOS)
    bright = small.tobytes()
    width = HASH_COLUMNS + 1
    bits = 0
    for row in range(HASH_ROWS):
        for column in range(HASH_COLUMNS):
            here = row * width + column
            bits = bits << 1 | (bright[here] > bright[here + 1])
    return int.from_bytes(bits.to_bytes(8, "big"), "big", signed=True)
