"""What becomes of a picture, whatever was sent."""

from io import BytesIO

import pytest
from PIL import Image

from backend import uploads
from backend.uploads import NotAPicture, PictureTooLarge, read_picture
from tests.files.pictures import a_photo, encoded, scene


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def distance(one: int, other: int) -> int:
    return ((one ^ other) & (2**64 - 1)).bit_count()


def test_where_and_when_it_was_taken_is_gone() -> None:
    sent = a_photo(orientation=1)
    assert opened(sent).getexif()

    kept = read_picture(sent)

    assert not opened(kept.content).getexif()
    assert b"Telephone" not in kept.content
    assert b"Exif" not in kept.content


def test_a_picture_taken_sideways_stands_upright() -> None:
    kept = read_picture(a_photo(size=(320, 200), orientation=6))

    assert (kept.width, kept.height) == (200, 320)


def test_a_photo_is_not_refused_for_what_its_camera_wrote_wrong() -> None:
    maker, width = b"\x01\x0f\x00\x02", b"\x01\x00\x00\x02"  # a width in letters
    sent = a_photo(size=(320, 200), orientation=6)
    assert sent.count(maker) == 1

    kept = read_picture(sent.replace(maker, width))
    unreadable = read_picture(sent.replace(b"Exif\x00\x00MM\x00*", b"Exif\x00\x00MM\x00+"))

    assert (kept.width, kept.height) == (200, 320)
    assert unreadable.width * unreadable.height == 320 * 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_it_was_held_it_is_the_same_picture(orientation: int) -> None:
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = scene(4).resize((320, 200), Image.Resampling.BICUBIC)
    way = turned.get(orientation)
    seen = upright if way is None else upright.transpose(way)

    kept = read_picture(encoded(seen, orientation=orientation))

    assert (kept.width, kept.height) == (320, 200)
    assert distance(kept.dhash, read_picture(encoded(upright)).dhash) <= 4


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_known_kind_becomes_a_jpeg(form: str) -> None:
    kept = read_picture(encoded(scene(3).resize((64, 64)), format=form))

    assert kept.mime == "image/jpeg"
    assert opened(kept.content).format == "JPEG"


def test_what_was_transparent_is_white() -> None:
    clear = Image.new("RGBA", (16, 16), (0, 0, 0, 0))

    assert opened(read_picture(encoded(clear, format="PNG")).content).getpixel((8, 8)) == (
        255,
        255,
        255,
    )


def test_a_large_picture_is_made_smaller() -> None:
    kept = read_picture(a_photo(size=(4000, 1000)))

    assert (kept.width, kept.height) == (2560, 640)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\x00" * 40,
        a_photo()[:400],
        b"\xff\xd8\xff" + b"\x00" * 200,
    ],
    ids=["nothing", "PDF", "SVG", "GIF", "half a picture", "a head only"],
)
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(NotAPicture):
        read_picture(sent)


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(PictureTooLarge):
        read_picture(b"x" * (uploads.MOST_BYTES + 1))


def test_a_small_file_of_very_many_pixels_is_refused_undecoded() -> None:
    bomb = Image.new("1", (8000, 6000))
    with pytest.raises(PictureTooLarge):
        read_picture(encoded(bomb, format="PNG"))


def test_the_same_picture_has_the_same_hash_whatever_is_written_beside_it() -> None:
    assert read_picture(a_photo(7)).sha256 == read_picture(a_photo(7, orientation=1)).sha256
    assert read_picture(a_photo(7)).sha256 != read_picture(a_photo(8)).sha256


def test_a_smaller_copy_is_alike_and_another_scene_is_not() -> None:
    one = read_picture(a_photo(7, size=(640, 400)))

    assert distance(one.dhash, read_picture(a_photo(7, size=(300, 190))).dhash) <= 5
    assert distance(one.dhash, read_picture(a_photo(8)).dhash) > 15
    assert -(2**63) <= one.dhash < 2**63
