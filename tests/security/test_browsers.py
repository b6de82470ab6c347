"""What browsers are told, and what they may not do for other sites: cookies, forms, frames."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.security.conftest import NAMES, PASSWORD, House

_EVIL = "https://evil.example"
_FORM = {"login": "the-agent", "password": PASSWORD}
_SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport="


def policy(header: str) -> dict[str, list[str]]:
    """Return a Content-Security-Policy by directive."""
    parts = (each.split() for each in header.split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("name", ["gateway", "desk"])
@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/healthz", "/docs", "/metrics"])
def test_every_answer_carries_a_policy(house: House, name: str, path: str) -> None:
    application = house.applications[name]
    headers = house.clients["nobody"].get(application.url + path).headers
    told = policy(headers["content-security-policy"])
    assert told["default-src"] == ["'self'"]
    assert told["frame-ancestors"] == ["'none'"]
    assert told["form-action"] == ["'self'"]
    for sources in told.values():
        assert not {"*", "http:", "https:"} & set(sources)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_customers_pages_run_only_our_own_files(house: House) -> None:
    headers = house.clients["nobody"].get(house.gateway).headers
    told = policy(headers["content-security-policy"])
    scripts = told.get("script-src", told["default-src"])
    assert scripts == ["'self'"]
    assert told.get("style-src", told["default-src"]) == ["'self'"]


def test_the_staff_s_cookie_is_out_of_reach(house: House) -> None:
    answer = house.clients["nobody"].post(f"{house.desk}/login", data=_FORM)
    house.clients["nobody"].cookies.clear()
    cookies = [each.lower() for each in answer.headers.get_list("set-cookie")]
    [session] = [each for each in cookies if each.startswith("yinqiao_desk=")]
    assert "httponly" in session
    assert "samesite=strict" in session


def test_the_gateway_sets_no_cookie(house: House) -> None:
    client = house.clients["nobody"]
    answers = (client.get(house.gateway), client.post(f"{house.gateway}/api/session", json={}))
    assert not any("set-cookie" in each.headers for each in answers)


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": _EVIL},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://desk.bank.example"},
    ],
)
def test_forms_of_other_sites_are_refused(house: House, path: str, headers: dict[str, str]) -> None:
    client = house.clients["agent"]
    assert client.post(f"{house.desk}{path}", data=_FORM, headers=headers).status_code == 403
    assert client.get(f"{house.desk}/").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_other_sites_read_nothing(house: House, name: str) -> None:
    application = house.applications[name]
    for path in ("/", "/healthz", "/api/messages", "/login"):
        answer = house.clients["nobody"].get(application.url + path, headers={"origin": _EVIL})
        assert "access-control-allow-origin" not in answer.headers, path
    asked = {"origin": _EVIL, "access-control-request-method": "POST"}
    answer = house.clients["nobody"].options(f"{application.url}/api/session", headers=asked)
    assert not answer.is_success


@pytest.mark.parametrize("origin", [_EVIL, "null"])
def test_other_sites_do_not_reach_the_staff_s_socket(house: House, origin: str) -> None:
    client = house.clients["agent"]
    polled = client.get(f"{house.desk}{_SOCKET}polling", headers={"origin": origin})
    assert polled.status_code == 403
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = house.desk.replace("http", "ws") + _SOCKET + "websocket"
    headers = {"Cookie": cookie}
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin=origin, additional_headers=headers, proxy=None)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_our_own_page_reaches_it(house: House) -> None:
    polled = house.clients["agent"].get(
        f"{house.desk}{_SOCKET}polling", headers={"origin": house.desk}
    )
    assert polled.status_code == 200
