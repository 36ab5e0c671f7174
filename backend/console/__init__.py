"""What all pages of the committee's desk share: one frame, one kind of form, one way to say no.

It knows no domain. A domain's room `pages` makes a `Pages`, shows a template and calls actions.
"""

from backend.console.desk import Door, Pages, Seat, furnish
from backend.console.faces import done, is_swap, show
from backend.console.forms import Yuan
from backend.console.refusals import refused, refused_by_http

__all__ = [
    "Door",
    "Pages",
    "Seat",
    "Yuan",
    "done",
    "furnish",
    "is_swap",
    "refused",
    "refused_by_http",
    "show",
]
