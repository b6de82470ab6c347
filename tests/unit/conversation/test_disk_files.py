"""Files on disk: what is taken, where it lies, who finds it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversation.conversation import Customer, conversation_id
from conversation.disk_files import DiskFiles
from conversation.errors import BadFile
from conversation.files import MOST, SUFFIXES
from tests.unit.conversation.samples import GIF, HTML, JPEG, PDF, PNG, PROGRAM, SVG, WEBP

ANNA, BERT = Customer("web", "anna"), Customer("web", "bert")
FIRST, SECOND = conversation_id(ANNA.key, 1), conversation_id(ANNA.key, 2)


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    """Return an empty place."""
    return DiskFiles(tmp_path / "files", largest=1000)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
    ],
)
async def test_the_content_tells_the_type(files: DiskFiles, content: bytes, kind: str) -> None:
    stored = await files.put(FIRST, "图.exe", content)
    assert (stored.type, stored.size, stored.name) == (kind, len(content), "图.exe")
    assert stored.id.endswith(SUFFIXES[kind])
    found = await files.get(ANNA.key, stored.id)
    assert found is not None
    assert (found.content, found.type) == (content, kind)


@pytest.mark.parametrize("content", [HTML, SVG, PROGRAM, b"", b"hello", PNG + b"\0" * 1000])
async def test_what_is_not_taken_leaves_nothing(files: DiskFiles, content: bytes) -> None:
    with pytest.raises(BadFile):
        await files.put(FIRST, "照片.png", content)
    assert await files.of(FIRST) == []


async def test_names_are_random_and_private(files: DiskFiles) -> None:
    one, two = await files.put(FIRST, "a.png", PNG), await files.put(FIRST, "a.png", PNG)
    assert one.id != two.id
    path = files.root / ANNA.key / one.id
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_nobody_finds_anothers_file_nor_leaves_the_folder(files: DiskFiles) -> None:
    stored = await files.put(FIRST, "a.png", PNG)
    (files.root / "secret.png").write_bytes(PNG)
    assert await files.get(BERT.key, stored.id) is None
    for identifier in (f"../{ANNA.key}/{stored.id}", "../secret.png", "1/../../secret.png", ""):
        assert await files.get(BERT.key, identifier) is None
        assert await files.get(ANNA.key, identifier) is None
    assert await files.get("..", "secret.png") is None


async def test_a_conversation_has_so_many_files_and_no_more(files: DiskFiles) -> None:
    for _ in range(MOST):
        await files.put(FIRST, "a.png", PNG)
    with pytest.raises(BadFile):
        await files.put(FIRST, "a.png", PNG)
    await files.put(SECOND, "a.png", PNG)


async def test_files_go_with_their_conversation(files: DiskFiles) -> None:
    gone = await files.put(FIRST, "a.png", PNG)
    kept = await files.put(SECOND, "b.pdf", PDF)
    assert await files.conversations() == [FIRST, SECOND]
    assert await files.conversations(BERT.key) == []
    assert await files.forget(FIRST) == 1
    assert await files.forget(FIRST) == 0
    assert await files.get(ANNA.key, gone.id) is None
    assert await files.of(SECOND) == [kept.id]
    await files.drop(ANNA.key, kept.id)
    assert await files.of(SECOND) == []


async def test_only_pictures_are_shown_and_nothing_in_a_file_runs(files: DiskFiles) -> None:
    for content, shown in ((PNG, "inline"), (PDF, "attachment")):
        stored = await files.put(FIRST, "a", content)
        found = await files.get(ANNA.key, stored.id)
        assert found is not None
        assert found.headers["content-disposition"].startswith(shown)
        assert found.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in found.headers["content-security-policy"]
