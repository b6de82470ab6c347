"""The plain page that describes an API."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from yinqiao.docs import docs_router


def test_every_route_is_described_and_nothing_is_loaded_from_elsewhere() -> None:
    app = FastAPI(title="a <title>", docs_url=None)

    @app.get("/things/{number}", summary="Read <one> thing")
    def _thing(number: int) -> int:
        return number

    app.include_router(docs_router("/style.css"))
    page = TestClient(app).get("/docs").text
    assert "<code>/things/{number}</code>" in page
    assert "Read &lt;one&gt; thing" in page
    assert "a &lt;title&gt;" in page
    assert '<link rel="stylesheet" href="/style.css">' in page
    assert "<script" not in page
    assert "http" not in page
