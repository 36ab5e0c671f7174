"""Letters for paper: which Chinese fonts are here, and which of them has a character.

A font goes into the file it is used in, as far as it is used, so that every phone shows it.
reportlab reads TrueType outlines only: not Noto CJK, whose outlines are PostScript's.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from mmap import ACCESS_READ, mmap
from operator import itemgetter
from pathlib import Path
from threading import Lock

import structlog
from reportlab.pdfbase import ttfonts
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# Debian's packages, best first: 宋体 as on official paper, then what else there is. The two of
# fonts-hanazono have 100,000 characters between them, those of rare names too.
PLACES = (
    Path("/usr/share/fonts/truetype/arphic/uming.ttc"),  # fonts-arphic-uming
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),  # fonts-hanazono
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),  # fonts-wqy-zenhei
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),  # fonts-droid-fallback
)
NOT_EMBEDDED = "STSong-Light"  # the reader's own 宋体, where no font is here
MISSING = "〓"
"""What printers put where they have no type for a character."""

log = structlog.get_logger(__name__)


class Fonts:
    """Fonts in the order they are asked for a character; each is read when one first needs it."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._waiting = [each for each in places if each.is_file()]
        self._read: list[TTFont] = []
        self._known: dict[str, tuple[str | None, str, float]] = {}
        self._lock = Lock()
        registerFont(UnicodeCIDFont(NOT_EMBEDDED))

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """The text in pieces of one font each: (font, piece)."""
        drawn = map(self._drawn, text)
        for font, pieces in groupby(drawn, key=itemgetter(0)):
            if font is not None:
                yield font, "".join(piece for _, piece, _ in pieces)

    def width(self, text: str, size: float) -> float:
        return size * sum(wide for _, _, wide in map(self._drawn, text))

    def missing(self, text: str) -> list[str]:
        """The characters nobody here can draw; `MISSING` stands in their place."""
        return [each for each in text if self._drawn(each)[1] not in {each, ""}]

    def embeds(self, text: str) -> bool:
        """Whether all of it is drawn from fonts that go into the file."""
        return all(font not in {None, NOT_EMBEDDED} for font, _ in self.runs(text))

    def _drawn(self, character: str) -> tuple[str | None, str, float]:
        """The font that has it, what it draws, how wide that is; no font where nothing is seen."""
        known = self._known.get(character)
        if known is None:
            with self._lock:
                known = self._known[character] = self._found(character)
        return known

    def _found(self, character: str) -> tuple[str | None, str, float]:
        if _is_unseen(character):
            return None, "", 0.0
        font = self._font_of(character)
        if font is None:
            font, character = self._font_of(MISSING) or NOT_EMBEDDED, MISSING
        return font, character, float(stringWidth(character, font, 1))

    def _font_of(self, character: str) -> str | None:
        for font in self._all():
            if ord(character) in font.face.charToGlyph:
                return str(font.fontName)
        return NOT_EMBEDDED if _is_common(character) else None

    def _all(self) -> Iterator[TTFont]:
        yield from self._read
        while self._waiting:
            place = self._waiting.pop(0)
            try:
                font = TTFont(f"paper-{place.stem}", _Mapped(place))
            except (TTFError, OSError) as error:
                log.warning("paper_font_unreadable", place=str(place), reason=str(error))
                continue
            registerFont(font)
            self._read.append(font)
            yield font


class _Mapped:
    """A font's file as reportlab reads one, left on the disk: they are 20 MB each."""

    def __init__(self, place: Path) -> None:
        self.name = str(place)

    def read(self) -> mmap:
        with Path(self.name).open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)


@lru_cache(4)
def fonts_at(places: tuple[Path, ...]) -> Fonts:
    """The fonts at these places, or the known ones; kept, for they take long to read."""
    return Fonts(places or PLACES)


def _is_unseen(character: str) -> bool:
    """Whether it has no shape of its own: joiners, marks of direction, chosen variants."""
    return unicodedata.category(character) in {"Cc", "Cf"} or 0xFE00 <= ord(character) <= 0xFE0F  # noqa: PLR2004


def _is_common(character: str) -> bool:
    """Whether every Chinese font of a reader's own has it."""
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _in_utf16(character: int) -> int:
    """The number whose hexadecimal digits are the character's UTF-16."""
    return int.from_bytes(chr(character).encode("utf-16-be"))


_names_of = ttfonts.makeToUnicodeCMap


def _names_of_all(fontname: str, subset: Sequence[int]) -> str:
    """What each sign stands for, so that names can be searched and copied.

    reportlab 5.1 writes characters beyond U+FFFF in five digits, which no reader understands.
    """
    return str(_names_of(fontname, [_in_utf16(each) for each in subset]))


ttfonts.makeToUnicodeCMap = _names_of_all
