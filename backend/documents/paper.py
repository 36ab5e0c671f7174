"""A4 with a head, a table over as many pages as it takes, and what is to be said below it.

Laid out by hand: every row is one line, so the pages are counted before the first is drawn, and a
page is packed as soon as it is full.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backend.documents.codes import qr_rows
from backend.documents.fonts import MISSING, Fonts

PDF = "application/pdf"
WIDTH, HEIGHT = A4
MARGIN = 20 * mm
ROOM = WIDTH - 2 * MARGIN
FOOT = MARGIN + 6 * mm  # nothing but the footer below it
SIZE, SMALL, LARGE = 12, 10.5, 22
LINE, ROW = 18, 19.5
LABEL = 72
QR_SIDE = 28 * mm
SMALLEST = 6
_one_at_a_time = Lock()  # reportlab's fonts are shared, and one file at once is enough to hold


@dataclass(frozen=True, kw_only=True)
class Column:
    """`width` in points; all of them together fill the page between its margins."""

    title: str
    width: float
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is printed. `facts` are lines of one or two (label, value); `notes` stand below the end.

    `running` is said on every page after the first, so that no sheet is anybody's; `nothing`
    where there are no rows; `qr` is what the code says; `signed` names who signs by hand.
    """

    office: str
    title: str
    running: str
    facts: Sequence[Sequence[tuple[str, str]]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    nothing: str
    notes: Sequence[str]
    qr: str = ""
    qr_says: str = ""
    signed: Sequence[str] = ()


def a4(paper: Paper, fonts: Fonts) -> bytes:
    """The file to hand out. What no font can draw is shown as 〓 and said below, never left out."""
    with _one_at_a_time:
        return _Press(paper, fonts).printed()


@dataclass
class _Press:
    """One file on its way: the page that is being drawn, and how far down it is filled."""

    paper: Paper
    fonts: Fonts
    y: float = 0.0
    number: int = 0
    pages: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=A4, pageCompression=1, invariant=1, lang="zh-CN")
        self.canvas.setTitle(self.paper.title)
        self.canvas.setAuthor(self.paper.office)
        self.canvas.setCreator("Linli")
        self.notes = [
            line
            for note in [*self.paper.notes, *self._unprintable()]
            for line in self._wrapped(note, ROOM, SMALL)
        ]

    def printed(self) -> bytes:
        self._open_page()
        self._head()
        self.pages = self._pages_needed()
        self._table()
        self._below()
        self._close_page()
        self.canvas.save()
        return self.file.getvalue()

    def _pages_needed(self) -> int:
        """Counted from the place below the head of the first page."""
        rows, y = len(self.paper.rows), self.y - ROW
        pages, fits = 1, int((y - FOOT) // ROW)
        while rows > fits:
            rows -= fits
            y = self._top_of_later() - ROW
            pages, fits = pages + 1, int((y - FOOT) // ROW)
        left = y - max(rows, 1) * ROW - FOOT
        return pages if left >= self._needed_below() else pages + 1

    def _top_of_later(self) -> float:
        return HEIGHT - MARGIN - LINE

    def _needed_below(self) -> float:
        signed = 2.5 * LINE if self.paper.signed else 0
        return LINE / 2 + len(self.notes) * LINE * SMALL / SIZE + signed

    def _open_page(self) -> None:
        self.number += 1
        self.y = HEIGHT - MARGIN
        if self.number > 1:
            self._text(MARGIN, self.y - SMALL, self.paper.running, SMALL, within=ROOM)
            self.y = self._top_of_later()

    def _close_page(self) -> None:
        self._text(WIDTH / 2, MARGIN, f"第 {self.number} 页，共 {self.pages} 页", SMALL, align=0.5)
        self.canvas.showPage()

    def _next_page(self) -> None:
        self._close_page()
        self._open_page()

    def _head(self) -> None:
        paper = self.paper
        room = ROOM
        if paper.qr:
            self._code()
            room -= QR_SIDE + 4 * mm
        self._text(MARGIN, self.y - SIZE, paper.office, SIZE, within=room)
        self._text(MARGIN, self.y - LINE - LARGE - 4, paper.title, LARGE, within=room)
        self.y -= LINE + LARGE + 16
        if paper.qr:
            self.y = min(self.y, HEIGHT - MARGIN - QR_SIDE - LINE)
        for facts in paper.facts:
            self._facts(facts)
        self.y -= LINE / 2

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        each = ROOM / len(facts)
        deepest = 1
        for place, (label, value) in enumerate(facts):
            x = MARGIN + place * each
            self._text(x, self.y - SIZE, label, SIZE)
            lines = self._wrapped(value, each - LABEL, SIZE)
            for below, line in enumerate(lines):
                self._text(x + LABEL, self.y - SIZE - below * LINE, line, SIZE)
            deepest = max(deepest, len(lines))
        self.y -= deepest * LINE

    def _code(self) -> None:
        """The QR code in the upper right corner, its words below; on a screen it can be tapped."""
        rows = qr_rows(self.paper.qr)
        side, left, top = QR_SIDE / len(rows), WIDTH - MARGIN - QR_SIDE, HEIGHT - MARGIN
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    x, y = left + across * side, top - (down + 1) * side
                    self.canvas.rect(x, y, side, side, stroke=0, fill=1)
        here = (left, top - QR_SIDE, left + QR_SIDE, top)
        self.canvas.linkURL(self.paper.qr, here, relative=0)
        middle = left + QR_SIDE / 2
        self._text(middle, top - QR_SIDE - SMALL, self.paper.qr_says, SMALL, align=0.5)

    def _table(self) -> None:
        self._table_head()
        for row in self.paper.rows:
            if self.y - ROW < FOOT:
                self._next_page()
                self._table_head()
            self._row(row)
        if not self.paper.rows:
            self._text(MARGIN, self.y - ROW + 6, self.paper.nothing, SIZE)
            self.y -= ROW

    def _table_head(self) -> None:
        self._row([column.title for column in self.paper.columns], heavy=True)

    def _row(self, cells: Sequence[str], *, heavy: bool = False) -> None:
        x, base = MARGIN, self.y - ROW + 6
        for column, cell in zip(self.paper.columns, cells, strict=True):
            within = column.width - 6
            if column.is_number:
                self._text(x + within, base, cell, SIZE, align=1, within=within)
            else:
                self._text(x, base, cell, SIZE, within=within)
            x += column.width
        self.y -= ROW
        self.canvas.setLineWidth(0.8 if heavy else 0.25)
        self.canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)

    def _below(self) -> None:
        if self.y - self._needed_below() < FOOT:
            self._next_page()
        self.y -= LINE / 2
        for line in self.notes:
            self._text(MARGIN, self.y - SMALL, line, SMALL)
            self.y -= LINE * SMALL / SIZE
        if self.paper.signed:
            self.y -= 1.5 * LINE
            each = ROOM / len(self.paper.signed)
            for place, who in enumerate(self.paper.signed):
                self._text(MARGIN + place * each, self.y - SIZE, f"{who}：", SIZE)

    def _unprintable(self) -> list[str]:
        """Says which characters of the head are not what stands there."""
        said = [self.paper.office, self.paper.title, self.paper.running]
        said += [value for facts in self.paper.facts for _, value in facts]
        lost = dict.fromkeys(each for text in said for each in self.fonts.missing(text))
        if not lost:
            return []
        codes = "、".join(f"U+{ord(each):04X}" for each in lost)
        return [f"{MISSING}：这里没有这个字的字体（{codes}），请手写补上。"]

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        """In lines that fit; Chinese may be broken between any two characters."""
        lines, line, used = [], "", 0.0
        for each in text:
            wide = self.fonts.width(each, size)
            if line and used + wide > width:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + each, used + wide
        return [*lines, line]

    def _text(
        self, x: float, y: float, text: str, size: float, *, align: float = 0, within: float = 0
    ) -> None:
        """`align`: 0 begins at `x`, 1 ends there; made smaller where it would not fit `within`."""
        wide = self.fonts.width(text, size) if align or within else 0.0
        if within and wide > within:
            size = max(SMALLEST, size * within / wide)
            wide = self.fonts.width(text, size)
        drawn = self.canvas.beginText(x - align * wide, y)
        for font, piece in self.fonts.runs(text):
            drawn.setFont(font, size)
            drawn.textOut(piece)
        self.canvas.drawText(drawn)
