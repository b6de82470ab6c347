"""The one log: JSON lines, a file a day, and what was rotated away is found by the retention."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compliance.rights.holds import Holding
from compliance.rights.terms import Keep, Kind, Term
from yinqiao.log_file import LogFile
from yinqiao.retention.logs import LogsHolder

NOW = datetime.now(UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "yinqiao.log"


def write(path: Path, *lines: str) -> None:
    log = LogFile(path)
    for line in lines:
        log.write("rasa", line)
    log.close()


def age(path: Path, days: int) -> None:
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))


def test_a_line_that_is_not_json_becomes_so(path: Path) -> None:
    write(path, '{"message": "甲"}', "100 % 坏了 %s")
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert first == {"message": "甲"}
    assert (second["process"], second["message"]) == ("rasa", "100 % 坏了 %s")
    assert datetime.fromisoformat(second["time"]).utcoffset() == timedelta(0)


def test_a_new_day_begins_a_new_file_also_after_a_restart(path: Path) -> None:
    write(path, "昨天")
    age(path, 1)
    write(path, "今天", "还是今天")
    day = f"{NOW - timedelta(days=1):%Y-%m-%d}"
    rotated = path.with_name(f"yinqiao.log.{day}")
    assert "昨天" in rotated.read_text("utf-8")
    assert len(path.read_text("utf-8").splitlines()) == 2
    assert sorted(path.parent.iterdir()) == [path, rotated]


async def test_rotated_files_go_in_their_term_and_no_sooner(path: Path) -> None:
    for days in (200, 100):
        write(path, f"{days} 天前")
        age(path, days)
    write(path, "今天")
    keep = Keep(NOW, {Kind.LOGS: Term(184)}, Holding())
    told = await LogsHolder(path.parent).expire(keep, dry_run=True)
    assert told.deleted == 1
    await LogsHolder(path.parent).expire(keep, dry_run=False)
    left = "".join(one.read_text("utf-8") for one in path.parent.iterdir())
    assert "200" not in left
    assert "100" in left
    assert "今天" in left


def test_a_folder_that_cannot_be_written_stops_nobody(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = LogFile(path)
    path.mkdir()
    log.write("rasa", "丢了")
    assert "Is a directory" in capsys.readouterr().err
    log.close()
