"""`python -m backend.wechat.double --port 8990 --push http://127.0.0.1:5000/wechat/push`."""

import argparse
import sys
from pathlib import Path

from backend import clock
from backend.settings import named_environment
from backend.wechat.double import account
from backend.wechat.double.app import create_double
from backend.wechat.double.server import bound
from backend.wechat.double.world import LATENCY_MS


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m backend.wechat.double", description=__doc__)
    options.add_argument("--port", type=int, default=8990)
    options.add_argument("--push", help="where to push events, on this machine")
    options.add_argument("--latency", type=int, default=LATENCY_MS, help="ms of one send")
    options.add_argument("--clock", help="the file of the backend's movable clock")
    options.add_argument(
        "--accepted", type=int, default=0, help="how often the six have allowed each template"
    )
    given = options.parse_args()
    if named_environment() == "production":
        sys.exit("The double does not run where LINLI_ENV is production.")
    clock.share_through(Path(given.clock) if given.clock else None)
    app = create_double(push_url=given.push, latency_ms=given.latency, accepted=given.accepted)
    with bound(app, given.port) as server:
        sys.stdout.write(_greeting(server.port))
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _greeting(port: int) -> str:
    return f"""\
The double of WeChat: http://127.0.0.1:{port}/_double/
export WECHAT_API_BASE=http://127.0.0.1:{port}
export WECHAT_APP_ID={account.APP_ID}
export WECHAT_APP_SECRET={account.APP_SECRET}
export WECHAT_PUSH_TOKEN={account.PUSH_TOKEN}
export WECHAT_PUSH_AES_KEY={account.PUSH_AES_KEY}
export WECHAT_ENV=develop
export WECHAT_TEMPLATES={account.TEMPLATES_FILE}
"""


if __name__ == "__main__":
    main()
