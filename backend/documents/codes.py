"""QR codes for what is printed."""

import segno

QUIET_ZONE = 2  # modules of white around the code; the page around it is white too


def qr_svg(text: str) -> str:
    """A QR code of `text` as one `<svg>` element that grows with its box."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None)


def qr_rows(text: str) -> list[list[bool]]:
    """The same code square by square, true where it is dark, for paper that takes no SVG."""
    code = segno.make(text, error="m", micro=False)
    return [[bool(each) for each in row] for row in code.matrix_iter(border=QUIET_ZONE)]
