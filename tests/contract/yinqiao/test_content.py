"""What comes into the catalogue of an installation, and that the audit chain proves it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compliance.audit_store import AuditStore
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import FourEyes
from knowledge_base.catalogue.revision import Kind, Person, State
from knowledge_base.errors import ContentInvalid
from knowledge_base.loader import load_folder
from tests.unit.knowledge_base.files import ARTICLE, write_content
from yinqiao.cli import app
from yinqiao.content import STARTER, import_file, import_folder, load_content, open_catalogue
from yinqiao.records import open_records
from yinqiao.settings import Settings

EDITOR = Person("li", "李编辑", may_edit=True)
REVIEWER = Person("zhao", "赵审核", may_review=True)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def catalogue(settings: Settings) -> Catalogue:
    return open_catalogue(settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content", {"card/card-loss.md": ARTICLE})


def kinds(settings: Settings) -> list[str]:
    """Return what the audit chain holds, after checking that it is whole."""
    store = AuditStore(open_records(settings))
    report = store.verify()
    assert report.broken is None
    with open_records(settings).connect() as connection:
        rows = connection.exec_driver_sql("SELECT kind FROM audit ORDER BY seq")
        return [row[0] for row in rows]


def test_every_deed_on_content_is_in_the_audit_chain(
    settings: Settings, catalogue: Catalogue, folder: Path
) -> None:
    import_folder(catalogue, folder, drafts=False)
    draft = catalogue.edit(EDITOR, Kind.ARTICLE, "card-loss")
    saved = catalogue.save(EDITOR, draft, {**draft.content, "title": "银行卡丢了怎么挂失？"})
    review = catalogue.submit(EDITOR, saved)
    both = Person(EDITOR.login, EDITOR.name, may_edit=True, may_review=True)
    with pytest.raises(FourEyes):
        catalogue.approve(both, review)
    catalogue.approve(REVIEWER, review)
    found = kinds(settings)
    for deed in ("loaded", "opened", "submitted", "approved"):
        assert f"catalogue.{deed}" in found
    assert found.count("catalogue.approved") == 1


def test_a_folder_comes_in_published_or_as_drafts(catalogue: Catalogue, folder: Path) -> None:
    made = import_folder(catalogue, folder, drafts=True)
    assert {revision.state for revision in made} == {State.DRAFT}
    assert catalogue.effective(date(2026, 11, 24)) == []
    assert import_folder(catalogue, folder, drafts=True) == [], "nothing is new"


def test_a_list_comes_in_as_drafts_and_changes_what_has_its_title(
    catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    import_folder(catalogue, folder, drafts=False)
    table = tmp_path / "faq.csv"
    table.write_text("问题,答案\n怎么挂失银行卡？,请立即致电。\n如何补卡,请到网点。\n", "utf-8")
    made = import_file(catalogue, table)
    assert {revision.state for revision in made} == {State.DRAFT}
    assert made[0].item == "card-loss"
    assert made[0].content["body"] == "请立即致电。"
    assert catalogue.item(Kind.ARTICLE, "card-loss").published is not None


def test_the_command_line_names_file_line_and_field(settings: Settings, tmp_path: Path) -> None:
    assert settings.var
    bad = write_content(tmp_path / "bad", {"card/card-loss.md": ARTICLE.replace("owner:", "own:")})
    done = CliRunner().invoke(app, ["kb", "validate", str(bad)])
    assert done.exit_code == 1
    assert "card-loss.md" in done.output
    assert "owner" in done.output
    with pytest.raises(ContentInvalid):
        load_content(bad)


def test_what_is_exported_is_what_is_published(
    settings: Settings, catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    import_folder(catalogue, folder, drafts=False)
    draft = catalogue.edit(EDITOR, Kind.ARTICLE, "card-loss")
    saved = catalogue.save(EDITOR, draft, {**draft.content, "body": "还没有发布的文字。"})
    catalogue.approve(REVIEWER, catalogue.submit(EDITOR, saved))
    target = tmp_path / "all.zip"
    done = CliRunner().invoke(app, ["kb", "export", str(target)])
    assert done.exit_code == 0, done.output
    shutil.unpack_archive(target, tmp_path / "out")
    [article] = load_folder(tmp_path / "out")
    assert "还没有发布" not in article.body
    assert settings.var


def test_starter_content_never_undoes_the_banks_own_work(
    catalogue: Catalogue, folder: Path
) -> None:
    import_folder(catalogue, folder, drafts=False)
    articles = [one.model_copy(update={"title": "别的标题"}) for one in load_folder(folder)]
    assert catalogue.load(articles, {}, STARTER, State.PUBLISHED, overwrite=False) == []
