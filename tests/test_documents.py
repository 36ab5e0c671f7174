"""Files that are handed out: what is in them, and nothing that would run."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import reportlab
from pypdf import PdfReader
from reportlab.pdfbase import ttfonts

from backend.documents import Column, Fonts, Paper, Sheet, a4, workbook
from backend.documents.fonts import NOT_EMBEDDED, PLACES

AT = datetime(2026, 12, 1, tzinfo=UTC)
ISSUED = Sheet(name="发放", head=("善行", "积分"), rows=[("孝老爱亲", 40), ("=1+1", 2)])

LATIN = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
DEBIANS = [place for place in PLACES if place.is_file()]


def parts_of(file: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


def test_a_workbook_holds_its_tables_as_texts_and_numbers() -> None:
    parts = parts_of(workbook("公示表", [ISSUED], made_at=AT))

    assert 'name="发放"' in parts["xl/workbook.xml"]
    assert "孝老爱亲" in parts["xl/sharedStrings.xml"]
    assert "<v>40</v>" in parts["xl/worksheets/sheet1.xml"]


def test_what_somebody_typed_never_becomes_a_formula() -> None:
    parts = parts_of(workbook("公示表", [ISSUED], made_at=AT))

    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert "=1+1" in parts["xl/sharedStrings.xml"]


def test_the_same_tables_make_the_same_file() -> None:
    assert workbook("公示表", [ISSUED], made_at=AT) == workbook("公示表", [ISSUED], made_at=AT)


def test_a_table_without_rows_is_a_table() -> None:
    empty = Sheet(name="过期", head=("网格", "积分"), rows=[])

    assert "网格" in parts_of(workbook("公示表", [empty], made_at=AT))["xl/sharedStrings.xml"]


def a_paper(rows: int, *, name: str = "冯居民", signed: Sequence[str] = ()) -> Paper:
    return Paper(
        office="向阳里居民委员会",
        title="对账单",
        running=f"对账单 {name}",
        facts=[[("户名", name)], [("期初", "0分"), ("期末", "5分")]],
        columns=[Column(title="日子", width=241), Column(title="数", width=240, is_number=True)],
        rows=[("十一月", f"{number}") for number in range(1, rows + 1)],
        nothing="没有进出。",
        notes=["改动任何一笔都对不上。" * 9],
        signed=signed,
    )


def pages_of(paper: Paper, places: Sequence[Path] = ()) -> list[str]:
    reader = PdfReader(io.BytesIO(a4(paper, Fonts(places))))
    return [page.extract_text() for page in reader.pages]


def embedded_in(file: bytes) -> set[str]:
    """The fonts that are in the file itself, without the marks of their subsets."""
    found = set()
    for page in PdfReader(io.BytesIO(file)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            told = font.get_object()
            if "/FontFile2" in told.get("/FontDescriptor", {}):
                found.add(str(told["/BaseFont"]).rpartition("+")[2])
    return found


@pytest.mark.parametrize("rows", range(24, 75))
def test_pages_are_as_many_as_every_foot_says(rows: int) -> None:
    """Wherever the table ends: far above the foot, just above it, or with no room for notes."""
    pages = pages_of(a_paper(rows, signed=("经办人",)))

    feet = [f"第 {number} 页，共 {len(pages)} 页" for number in range(1, len(pages) + 1)]
    assert [foot for foot, said in zip(feet, pages, strict=True) if foot not in said] == []
    numbers = [line.removeprefix("十一月").strip() for page in pages for line in page.splitlines()]
    assert [int(each) for each in numbers if each.isdecimal()] == list(range(1, rows + 1))
    assert "对不上" in pages[-1]
    assert "经办人：" in pages[-1]


def test_every_page_repeats_whose_it_is_and_what_the_columns_are() -> None:
    pages = pages_of(a_paper(100))

    assert len(pages) > 2
    assert all("冯居民" in said and "日子" in said for said in pages)


def test_a_paper_without_rows_says_so() -> None:
    [said] = pages_of(a_paper(0))

    assert "没有进出。" in said
    assert "第 1 页，共 1 页" in said


def test_a_long_name_stays_on_the_paper() -> None:
    [said] = pages_of(a_paper(1, name="欧阳" * 40))

    assert said.replace("\n", "").count("欧阳") >= 40


def test_a_font_goes_into_the_file_as_far_as_it_has_the_characters() -> None:
    fonts = Fonts([Path("/nowhere.ttf"), LATIN])

    assert list(fonts.runs("A2善行b")) == [
        ("paper-Vera", "A2"),
        (NOT_EMBEDDED, "善行"),
        ("paper-Vera", "b"),
    ]
    assert fonts.embeds("A2")
    assert not fonts.embeds("A2善行")
    assert embedded_in(a4(a_paper(1), fonts)) == {"BitstreamVeraSans-Roman"}
    assert embedded_in(a4(a_paper(1), Fonts([]))) == set()


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")

    assert list(Fonts([broken, LATIN]).runs("A")) == [("paper-Vera", "A")]


def test_what_nobody_can_draw_is_shown_and_told() -> None:
    fonts = Fonts([LATIN])

    assert fonts.missing("王\U00020bb7\u200d明\U0001f600") == ["\U00020bb7", "\U0001f600"]
    [said] = pages_of(a_paper(1, name="王\U00020bb7明"), [LATIN])
    assert "王〓明" in said
    assert "U+20BB7" in said
    assert "〓" not in pages_of(a_paper(1))[0]


def test_signs_beyond_four_digits_can_be_read_back() -> None:
    """If reportlab writes them itself one day, this tells that ours is to go."""
    assert "<D842DFB7>" in ttfonts.makeToUnicodeCMap("font", [0x20BB7])
    assert "<5584>" in ttfonts.makeToUnicodeCMap("font", [ord("善")])


@pytest.mark.skipif(len(DEBIANS) < 3, reason="No fonts-arphic-uming and fonts-hanazono here.")
def test_debians_fonts_have_every_name() -> None:
    name = "王\U00020bb7堃\U0002b1ed䶮\U0002b7bd"
    file = a4(a_paper(40, name=name), Fonts(DEBIANS))

    assert name in PdfReader(io.BytesIO(file)).pages[0].extract_text()
    assert embedded_in(file) >= {"UMingCN-0", "HanaMinA"}
    assert Fonts(DEBIANS).missing(name) == []
    assert len(file) < 200_000
