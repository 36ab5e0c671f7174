"""The floor: a Flask application that does nothing, on the same web server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def bare() -> dict[str, str]:
    return {"status": "ok"}
