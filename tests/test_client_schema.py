"""The residents' client is written against the API as it is."""

import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

CLIENT = Path(__file__).parent.parent / "miniprogram-stub"
GENERATOR = CLIENT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"

pytestmark = pytest.mark.long


def test_the_clients_types_are_those_of_the_api(client: FlaskClient, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not GENERATOR.exists():
        pytest.skip("needs Node and the packages of miniprogram-stub: npm ci")
    document, types = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    document.write_bytes(client.get("/docs/openapi.json").data)
    subprocess.run(  # noqa: S603 - a locked package on our own document
        [node, str(GENERATOR), str(document), "--output", str(types)],
        check=True,
        capture_output=True,
    )

    assert types.read_text() == (CLIENT / "src" / "api" / "schema.d.ts").read_text(), (
        "anew, while scripts/serve runs: curl -o openapi.json http://127.0.0.1:8000/docs/openapi.json"
        " && cd miniprogram-stub && npm run api"
    )
