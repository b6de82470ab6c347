"""A customer's pictures and documents over the web protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.connectors.conftest import LARGEST
from tests.unit.conversation.samples import HTML, PDF, PNG


def send(
    client: TestClient,
    bearer: dict[str, str],
    content: bytes,
    *,
    name: str = "回单.png",
    client_id: str = "f1",
) -> Any:
    """Post a file; returns the answer."""
    query = {"client_id": client_id, "name": name}
    return client.post("/api/files", params=query, content=content, headers=bearer)


def sent(client: TestClient, bearer: dict[str, str]) -> list[dict[str, Any]]:
    """Return the customer's own messages."""
    messages = client.get("/api/messages", headers=bearer).json()["messages"]
    return [one for one in messages if one["sender"] == "customer"]


def test_a_file_is_accepted_and_read_again(client: TestClient, bearer: dict[str, str]) -> None:
    assert send(client, bearer, PNG).status_code == 202
    (message,) = sent(client, bearer)
    assert (message["text"], message["kind"]) == ("回单.png", "text")
    (file,) = message["files"]
    assert (file["name"], file["type"], file["size"]) == ("回单.png", "image/png", len(PNG))
    read = client.get(f"/api/files/{file['id']}", headers=bearer)
    assert (read.content, read.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in read.headers["content-security-policy"]


def test_a_repeated_file_is_kept_once(
    client: TestClient, bearer: dict[str, str], tmp_path: Path
) -> None:
    first, second = send(client, bearer, PNG), send(client, bearer, PNG)
    assert first.json() == second.json()
    (message,) = sent(client, bearer)
    kept = [path.name for path in tmp_path.rglob("*.png")]
    assert [f"1/{name}" for name in kept] == [file["id"] for file in message["files"]]


def test_another_visitor_does_not_read_it(client: TestClient, bearer: dict[str, str]) -> None:
    send(client, bearer, PNG)
    identifier = sent(client, bearer)[0]["files"][0]["id"]
    other = client.post("/api/session", json={}).json()["token"]
    path = f"/api/files/{identifier}"
    assert client.get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 404
    assert client.get(path).status_code == 401
    assert client.post("/api/files?client_id=a&name=b", content=PNG).status_code == 401


@pytest.mark.parametrize("content", [HTML, b"", PNG + b"\0" * LARGEST])
def test_what_is_no_picture_and_no_pdf_is_refused(
    client: TestClient, bearer: dict[str, str], content: bytes
) -> None:
    answer = send(client, bearer, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_file")
    assert "PDF" in answer.json()["error"]["message"]
    assert sent(client, bearer) == []


def test_a_body_that_no_file_can_have_is_not_read(
    client: TestClient, bearer: dict[str, str]
) -> None:
    assert send(client, bearer, PNG + b"\0" * 2 * LARGEST).status_code == 413


def test_a_name_is_redacted_like_what_is_said(client: TestClient, bearer: dict[str, str]) -> None:
    send(client, bearer, PDF, name="13800138000的流水.pdf")
    (message,) = sent(client, bearer)
    assert message["text"] == message["files"][0]["name"] == "138****8000的流水.pdf"
