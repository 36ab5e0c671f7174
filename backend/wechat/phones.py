"""The phones of the double, so that a browser can sign in where nobody has WeChat."""

from dataclasses import dataclass
from typing import Any

import requests

_TIMEOUTS = (1, 5)  # to connect, to read


class NoPhones(Exception):
    """No double answers at the address."""


class UnknownPhone(Exception):
    """The double knows nobody by that openid."""


@dataclass(frozen=True)
class Phone:
    openid: str
    name: str


def phones(api_base: str) -> list[Phone]:
    """Everybody a browser may sign in as.

    Raises:
        NoPhones: what answers there is not the double.
    """
    return [Phone(**person) for person in _asked("GET", f"{api_base}/_double/people").json()]


def fresh_code(api_base: str, openid: str) -> str:
    """What `wx.login` gives to the owner of this phone.

    Raises:
        NoPhones: what answers there is not the double.
        UnknownPhone: it is nobody's.
    """
    answer = _asked("POST", f"{api_base}/_double/login", json={"openid": openid})
    if answer.status_code == requests.codes.bad_request:
        raise UnknownPhone
    return str(answer.json()["code"])


def _asked(method: str, url: str, **options: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.request(method, url, timeout=_TIMEOUTS, **options)
        except requests.RequestException:
            raise NoPhones from None
    if answer.status_code not in {requests.codes.ok, requests.codes.bad_request}:
        raise NoPhones
    return answer
