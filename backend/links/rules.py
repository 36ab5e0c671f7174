"""What a short code looks like, and which page of the client it leads to. Pure."""

from collections.abc import Callable
from uuid import UUID

from backend.errors import NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})

PAGES = {
    "proposal": "matter/detail",
    "meeting": "matter/hall",
    "bulletin": "public/item",
    "community": "public/board",
}


def new_code(choose: Callable[[str], str]) -> str:
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def as_typed(text: str) -> str:
    """The code somebody meant: small letters, O for 0, I or L for 1 are what eyes make of it.

    Raises:
        NotFound: it holds what no code is made of.
    """
    code = text.upper().translate(_READ_AS)
    if not set(code) <= set(ALPHABET):
        raise NotFound
    return code


def address(public_url: str, code: str) -> str:
    """What the QR code on paper says; it stays valid wherever the content moves."""
    return f"{public_url.rstrip('/')}/q/{code}"


def page_of_object(object_type: str) -> str:
    """The page of the client that shows objects of this kind.

    Raises:
        NotFound: there is none.
    """
    if object_type not in PAGES:
        raise NotFound
    return PAGES[object_type]


def target(public_url: str, object_type: str, object_id: UUID) -> str:
    """The page of the client that shows the object.

    Raises:
        NotFound: the client has no page for this kind of object.
    """
    return f"{public_url.rstrip('/')}/#/{page_of_object(object_type)}?id={object_id}"
