"""WeChat's double on a real loopback port, for every test that needs a phone."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import requests

from backend.settings import WeChatSettings
from backend.wechat.double import account
from backend.wechat.double.app import Double, create_double
from backend.wechat.double.server import bound


class RunningDouble:
    """The double and its strings; `url` is what WECHAT_API_BASE would be."""

    def __init__(self, app: Double, port: int) -> None:
        self.app = app
        self.url = f"http://127.0.0.1:{port}"
        self._session = requests.Session()

    def settings(self, **changed: Any) -> WeChatSettings:
        """The backend's settings for this double."""
        given: dict[str, Any] = {
            "api_base": self.url,
            "app_id": account.APP_ID,
            "app_secret": account.APP_SECRET,
            "push_token": account.PUSH_TOKEN,
            "push_aes_key": account.PUSH_AES_KEY,
            "env": "develop",
            "enabled": True,
            "templates": account.TEMPLATES_FILE,
        }
        return WeChatSettings(**(given | changed))

    def do(self, op: str, /, **body: Any) -> Any:
        """Any operation of the control plane; a misuse fails the test."""
        answer = self._session.post(f"{self.url}/_double/{op}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reset(self) -> None:
        self.do("reset")

    def person(self, openid: str, **more: Any) -> str:
        self.do("person", openid=openid, **more)
        return openid

    def login(self, openid: str) -> str:
        """Open the mini program as `openid`; the code for POST /api/v1/sessions/wechat."""
        return str(self.do("login", openid=openid)["code"])

    def consent(
        self, openid: str, *templates: str, result: str = "accept", n: int = 1
    ) -> Mapping[str, str]:
        """Tap on the pop-up for `templates` (ids such as "demo_matter_progress")."""
        answer = self.do("consent", openid=openid, templates=templates, result=result, n=n)
        return dict(answer["results"])

    def sent(
        self, openid: str | None = None, template_id: str | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """The cards on the phones, oldest first."""
        wanted = {"openid": openid, "template_id": template_id}
        return list(self._get("sent", {k: v for k, v in wanted.items() if v is not None}))

    def calls(self) -> Mapping[str, Mapping[str, int]]:
        """{"paths": {path: times}, "errcodes": {"43108": times}}."""
        return dict(self._get("calls", {}))

    def close(self) -> None:
        self._session.close()

    def _get(self, name: str, query: Mapping[str, str]) -> Any:
        answer = self._session.get(f"{self.url}/_double/{name}", params=query, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def running_double() -> Iterator[RunningDouble]:
    app = create_double()
    with bound(app) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        double = RunningDouble(app, server.port)
        try:
            yield double
        finally:
            double.close()
            server.shutdown()
            thread.join()
