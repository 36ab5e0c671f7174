"""What Tencent prints in its documentation is what our functions say."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend.crypto import SealBroken
from backend.wechat import answers, events, sealing, values

_NAMED = os.environ.get("LINLI_WECHAT_VECTORS")  # only names a file of tests
_BESIDE = Path(__file__).parents[3] / "shared" / "data" / "wechat" / "vectors.json"
VECTORS = Path(_NAMED) if _NAMED else _BESIDE

Given = Mapping[str, Any]


def push_signature(given: Given) -> Given:
    return {"signature": sealing.push_signature(*given["parts"])}


def open_push(given: Given) -> Given:
    opened = sealing.open_push(**given_for_push(given))
    with pytest.raises(SealBroken):
        sealing.open_push(**{**given_for_push(given), "app_id": "wx0000000000000000"})
    return {
        "message": opened.message,
        "message_bytes": len(opened.message.encode()),
        "random": opened.random,
    }


def given_for_push(given: Given) -> dict[str, Any]:
    return {name: given[name] for name in ("encrypted", "encoding_aes_key", "app_id")}


def seal_push(given: Given) -> Given:
    return {"encrypted": sealing.seal_push(**given)}


def raw_data_signature(given: Given) -> Given:
    return {"signature": sealing.raw_data_signature(**given)}


def session_signature(given: Given) -> Given:
    return {"signature": sealing.session_signature(**given)}


def open_user_data(given: Given) -> Given:
    with pytest.raises(SealBroken):
        sealing.open_user_data(**{**given, "app_id": "wx0000000000000000"})
    return {"fields": sealing.open_user_data(**given)}


def parse_event(given: Given) -> Given:
    return {**asdict(read := events.parse_event(**given)), "items": list(map(asdict, read.items))}


def read_login(given: Given) -> Given:
    return asdict(answers.read_login(**given))


def read_text_check(given: Given) -> Given:
    return asdict(answers.read_text_check(**given))


def read_error(given: Given) -> Given:
    return asdict(answers.read_error(**given))


def template_keywords(given: Given) -> Given:
    read = answers.template_keywords(**given)
    return {"keywords": [list(pair) for pair in read.keywords], "long_term": read.long_term}


def token_ttl(given: Given) -> Given:
    return {"ttl": answers.token_ttl(**given)}


def check_value(given: Given) -> Given:
    return {"accepted": all(_is_accepted(*pair) for pair in given["values"])}


def _is_accepted(kind: str, text: str) -> bool:
    try:
        values.check_value(kind, text)
    except values.ValueRefused:
        return False
    return True


CALLS: Mapping[str, Callable[[Given], Given]] = {
    call.__name__: call
    for call in (
        *(push_signature, open_push, seal_push, raw_data_signature, session_signature),
        *(open_user_data, parse_event, read_login, read_text_check, read_error),
        *(template_keywords, token_ttl, check_value),
    )
}


def _vectors() -> list[Any]:
    if not VECTORS.exists():
        absent = pytest.mark.skip(reason=f"no vectors at {VECTORS}")
        return [pytest.param({}, id="absent", marks=absent)]
    return [
        pytest.param(vector, id=vector["id"])
        for vector in json.loads(VECTORS.read_text("utf-8"))["vectors"]
    ]


@pytest.mark.parametrize("vector", _vectors())
def test_official_example(vector: Mapping[str, Any]) -> None:
    call = CALLS.get(vector["call"])
    if call is None and vector["rank"] == "later":
        pytest.skip(f"{vector['call']} comes later")
    assert call is not None, f"nothing here can {vector['call']}"
    answer = call(vector["given"])
    for name, expected in vector["expect"].items():
        assert _contains(answer[name], expected), name


def _contains(answer: object, expected: object) -> bool:
    """Whether the answer says what is expected; it may say more."""
    if isinstance(answer, dict) and isinstance(expected, dict):
        return all(k in answer and _contains(answer[k], v) for k, v in expected.items())
    if isinstance(answer, list) and isinstance(expected, list):
        return len(answer) == len(expected) and all(map(_contains, answer, expected))
    return answer == expected
