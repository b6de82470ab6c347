"""`yinqiao kb`: content goes into service and comes back, and faults are told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compliance.audit_store import AuditStore
from knowledge_base.exchange.export import article_file
from knowledge_base.retrieval.corpus import read_articles
from tests.conftest import ROOT, free_port
from tests.integration.knowledge_base.publication.bench import PAPERS
from tests.unit.knowledge_base.files import write_content
from yinqiao.cli import app
from yinqiao.records import open_records
from yinqiao.settings import Settings

SMALL_BANK = ROOT / "tests" / "integration" / "knowledge_base" / "small_bank.jsonl"
QUESTION = "银行卡丢了怎么挂失呀"
WHY = "本行不代销基金"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return an installation without content and without a live store."""
    var = tmp_path / "var"
    (var / "models").mkdir(parents=True)
    (var / "models" / "encoder").symlink_to(ROOT / "var" / "models" / "encoder")
    monkeypatch.setenv("YINQIAO_VAR", str(var))
    monkeypatch.setenv("YINQIAO_VALKEY_PORT", str(free_port()))
    monkeypatch.setenv("YINQIAO_TUNING", "off")
    return Settings()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small bank's articles as files."""
    articles = [one.model_copy(update=PAPERS) for one in read_articles(SMALL_BANK)]
    files = {f"bank/{one.id}.md": article_file(one) for one in articles}
    return write_content(tmp_path / "content", files)


def kb(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["kb", *map(str, arguments)])


def done(*arguments: object) -> str:
    result = kb(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: object) -> str:
    """Return what a command says that ends with a fault, and in no traceback."""
    result = kb(*arguments)
    assert result.exit_code in {1, 2}, result.output
    assert isinstance(result.exception, SystemExit)
    return " ".join(result.output.split())


def first_hit() -> str:
    found = json.loads(done("search", QUESTION, "--json"))
    return str(found["hits"][0]["article_id"])


def test_content_goes_into_service_and_comes_back(settings: Settings, content: Path) -> None:
    assert "22 articles are valid" in done("validate", content)
    assert "`yinqiao kb publish` follows" in done("import", content)
    assert "Nothing has been published" in refused("search", QUESTION)
    # The shipped regression set asks for products that so small a bank does not have.
    said = refused("publish")
    assert "the regression set got worse:" in said
    assert "怎么买基金" in said
    assert "Nothing has been published" in refused("search", QUESTION)
    first = done("publish", "--override", WHY).split()[2].strip(",")
    assert first_hit() == "card-loss"
    assert "no earlier snapshot" in refused("rollback")

    hours = content / "articles" / "bank" / "branch-hours.md"
    changed = hours.read_text("utf-8").replace("\n---\n", "\n---\n请先看公告。\n")
    hours.write_text(changed, "utf-8")
    assert "1 new revisions" in done("import", content)
    assert first not in done("publish", "--override", WHY)
    assert "no earlier snapshot" in refused("rollback", "no-such-name")
    assert first in done("rollback", "--why", "公告撤回")
    assert first_hit() == "card-loss"
    assert AuditStore(open_records(settings)).verify().broken is None


def test_faults_name_file_line_and_field(settings: Settings, content: Path, tmp_path: Path) -> None:
    path = content / "articles" / "bank" / "card-loss.md"
    lines = path.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("expires:"))
    lines[number] = "expires: 2027-02-30"
    path.write_text("\n".join(lines), "utf-8")
    for command in ("validate", "import"):
        assert f"card-loss.md:{number + 1}: expires:" in refused(command, content)
    questions = tmp_path / "queries.jsonl"
    questions.write_text('{"text": "问", "article_id": null}\n{"text": 1,\n', "utf-8")
    said = refused("evaluate", "--articles", SMALL_BANK, "--queries", questions)
    assert "queries.jsonl:2: json:" in said
    assert not Settings().snapshots_dir.exists()
    assert settings.var


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "nowhere"], "does not exist"),
        (["validate", "."], "holds no articles"),
        (["import", "nowhere"], "does not exist"),
        (["import", "notes.txt"], "notes.txt: file: is none of .docx, .md, .xlsx, .csv"),
        (["export", "nowhere/all.zip"], "nowhere"),
        (["export", "all.pdf"], "write to .zip, .xlsx or .csv"),
        (["evaluate", "--articles", "nowhere", "--queries", "notes.txt"], "does not exist"),
    ],
)
def test_a_path_that_is_no_use_is_named(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("笔记", "utf-8")
    assert words in refused(*arguments)
    assert settings.var


def test_an_installation_without_an_encoder_says_how_to_get_one(
    settings: Settings, tmp_path: Path
) -> None:
    (settings.var / "models" / "encoder").unlink()
    assert "no encoder in" in refused("search", QUESTION)
    assert tmp_path
