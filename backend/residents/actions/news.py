"""Telling people: the outbox lies above this domain and registers itself at start-up."""

from collections.abc import Callable, Iterable

from backend.residents.models.news import News

Teller = Callable[[News], None]


class _Registered:
    teller: Teller | None = None


def tell_through(teller: Teller) -> None:
    """From now on news goes to `teller`, which joins the transaction it is called in."""
    _Registered.teller = teller


def tell(news: Iterable[News]) -> None:
    """Promise each of `news`, if and only if the current transaction commits."""
    if _Registered.teller is None:
        raise RuntimeError("backend.residents.actions.news.tell_through() has not been called.")
    for each in news:
        _Registered.teller(each)
