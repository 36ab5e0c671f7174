"""The colours keep their contrast, recomputed with the WCAG formula."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "backend" / "console" / "assets" / "styles"
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", (STYLES / "tokens.css").read_text()))
TEXT, BORDER = 4.5, 3.0
# text colour, what it stands on, what clients.md C1 says, and how much it must be
PAIRS = [
    ("ink", "white", 15.8, TEXT),
    ("ink", "paper", 14.7, TEXT),
    ("muted", "white", 6.6, TEXT),
    ("muted", "paper", 6.1, TEXT),
    ("hint", "white", 5.1, TEXT),
    ("hint", "paper", 4.7, TEXT),
    ("brand", "white", 6.4, TEXT),
    ("brand", "brand-pale", 5.5, TEXT),
    ("brand", "paper", 6.0, TEXT),
    ("brand-dark", "white", 9.5, TEXT),
    ("link", "white", 7.2, TEXT),
    ("link", "link-pale", 6.2, TEXT),
    ("link", "paper", 6.7, TEXT),
    ("warn", "white", 6.8, TEXT),
    ("warn", "warn-pale", 6.2, TEXT),
    ("danger", "white", 7.3, TEXT),
    ("danger", "danger-pale", 6.3, TEXT),
    ("ok", "white", 6.8, TEXT),
    ("ok", "ok-pale", 5.9, TEXT),
    ("line", "white", 3.8, BORDER),
    ("line", "paper", 3.6, BORDER),
    ("disabled", "disabled-pale", 4.8, TEXT),
    ("muted", "disabled-pale", None, TEXT),
    ("brand-dark", "brand-pale", None, TEXT),
    ("ink", "brand-pale", None, TEXT),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground", "told", "least"), PAIRS)
def test_a_pair_of_colours_can_be_read(
    text: str, ground: str, told: float | None, least: float
) -> None:
    found = contrast(TOKENS[text], TOKENS[ground])

    assert found >= least
    assert told is None or found == pytest.approx(told, abs=0.06)


def test_only_the_tokens_name_colours() -> None:
    for sheet in STYLES.glob("*.css"):
        if sheet.name != "tokens.css":
            assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", sheet.read_text()), sheet.name


def test_the_sizes_of_type_are_four() -> None:
    tokens = (STYLES / "tokens.css").read_text()
    sizes = set()
    for sheet in STYLES.glob("*.css"):
        if sheet.name != "print.css":
            sizes |= set(
                re.findall(r"font(?:-size)?:[^;]*?(\d+px|var\(--\w+\))", sheet.read_text())
            )

    assert sizes <= {"var(--small)", "var(--text)", "var(--large)", "var(--title)", "var(--fonts)"}
    assert [int(px) for px in re.findall(r"--(?:small|text|large|title): (\d+)px", tokens)] == [
        14,
        16,
        20,
        24,
    ]
