"""Paper: QR codes for what is printed; the only user of `segno`."""

import segno

QUIET_ZONE = 2  # modules of white around the code; the page around it is white too


def qr_svg(text: str) -> str:
    """A QR code of `text` as one `<svg>` element that grows with its box."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None)
