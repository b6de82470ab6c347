"""No error tells what is inside, whatever is sent and whatever is broken."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode, openapi

from tests.security.conftest import NAMES, House
from tests.security.test_routes import address
from yinqiao.records import connect_records
from yinqiao.settings import Settings

_INSIDE = re.compile(
    r"Traceback|File \"|site-packages|\.py\b|sqlite|sqlalchemy|OperationalError|SELECT |argon2"
    r"|redis\.|<class |0x[0-9a-f]{8}",
    re.IGNORECASE,
)
_BODIES = (
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"[]",
    b'"text"',
    b'{"client_id": {"$gt": ""}, "text": ["\\u0000"], "next_action": 7, "tracker": null}',
    b'{"a":' * 5000,
    b"x" * 100_000,
    zlib.compress(b"{}" * 1000)[:-3],
)
_HEADERS: tuple[dict[str, str], ...] = (
    {"content-type": "application/json"},
    {"content-type": "application/x-www-form-urlencoded", "content-encoding": "deflate"},
    {"content-type": "multipart/form-data; boundary=", "authorization": "Bearer ../..;%00"},
    {"content-type": "application/json; charset=utf-7", "cookie": "yinqiao_desk=e30=.x.y"},
)
_TAILS = ("../settings.py", "..%2f..%2fpyproject.toml", "%2e%2e/%2e%2e/etc/passwd", "%00")
_ANY = list(HealthCheck)
_QUERIES = ("?after=%00", "?after=9:9-9-9", "?c=../../etc/passwd", "?q=%ff&show=' OR 1=1 --")


def inside(answer: httpx.Response) -> str:
    """Return what an answer tells of the inside; scripts and pages that were asked for do not."""
    if answer.is_success:
        return ""
    found = _INSIDE.search(answer.text + str(answer.headers))
    return f"{answer.request.method} {answer.url}: {found[0]}" if found else ""


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_is_refused_without_a_word_of_the_inside(house: House, name: str) -> None:
    application, client = house.applications[name], house.clients["nobody"]
    posted = {call for call in application.routes if call.method == "POST"}
    got = {call for call in application.routes if call.method == "GET"}
    answers = [
        client.post(address(application, call), content=body, headers=headers)
        for call in sorted(posted, key=str)
        for body in _BODIES
        for headers in _HEADERS
    ]
    answers += [
        client.get(address(application, c) + q) for c in sorted(got, key=str) for q in _QUERIES
    ]
    assert [told for each in answers if (told := inside(each))] == []
    assert [str(each.url) for each in answers if each.status_code >= 500] == []


@pytest.mark.parametrize("name", NAMES)
def test_paths_lead_nowhere(house: House, name: str) -> None:
    application, client = house.applications[name], house.clients["nobody"]
    for start in ("/static/", "/desk/static/", "/studio/static/", "/"):
        for tail in (
            "../settings.py",
            "..%2f..%2fpyproject.toml",
            "%2e%2e/%2e%2e/etc/passwd",
            "%00",
        ):
            answer = client.get(application.url + start + tail)
            assert not answer.is_success, (start, tail)
            assert inside(answer) == ""


@pytest.mark.parametrize("name", NAMES)
def test_generated_calls_break_nothing(house: House, name: str) -> None:
    """Let Schemathesis make calls, right and wrong ones, for every described operation."""
    application = house.applications[name]
    schema = openapi.from_url(f"{application.url}/openapi.json")
    token = house.clients["visitor"].headers["Authorization"]
    headers = {"Authorization": token} if name == "gateway" else {}
    described: list[Any] = list(schema.get_all_operations())
    cases = [one.ok().as_strategy(mode) for one in described for mode in GenerationMode]

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=_ANY)
    @given(one_of(cases))
    def calls(case: Case[Any]) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (answer.status_code, answer.text)
        assert answer.status_code < 400 or not _INSIDE.search(answer.text), answer.text

    calls()


@pytest.fixture
def broken_records(house: House) -> Iterator[None]:
    """Take the table of accounts away while a test runs."""
    engine = connect_records(Settings(var=house.var))
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE accounts RENAME TO gone"))
    yield
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE gone RENAME TO accounts"))
    engine.dispose()


@pytest.mark.usefixtures("broken_records")
@pytest.mark.parametrize("path", ["/", "/board", "/tickets", "/studio", "/studio/value/hotline"])
def test_a_page_that_cannot_be_made_says_so_in_words(house: House, path: str) -> None:
    answer = house.clients["admin"].get(house.desk + path)
    assert answer.status_code == 500
    assert "页面暂时无法打开" in answer.text
    assert inside(answer) == ""


def test_a_page_that_does_not_exist_says_so_in_words(house: House) -> None:
    answer = house.clients["admin"].get(f"{house.desk}/nowhere")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text
