"""All of our own content goes out and comes back; a list as large as an upload may be comes in."""

from __future__ import annotations

import random
import tracemalloc
import zipfile
from pathlib import Path

from knowledge_base.exchange.export import export_archive, export_csv, export_xlsx
from knowledge_base.exchange.reader import read
from knowledge_base.loader import load_folder
from knowledge_base.values import load_values
from tests.unit.knowledge_base.exchange.office_files import write_xlsx

CONTENT = Path(__file__).parents[4] / "knowledge_base" / "content"
MEGABYTE = 1_048_576


def test_all_content_comes_back_identical(tmp_path: Path) -> None:
    articles, values = load_folder(CONTENT), load_values(CONTENT)
    export_archive(articles, values, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path / "back")
    assert load_folder(tmp_path / "back") == articles
    assert load_values(tmp_path / "back") == values


def test_all_content_comes_back_from_lists(tmp_path: Path) -> None:
    articles = {article.id: article for article in load_folder(CONTENT)}
    existing = {key: article.title for key, article in articles.items()}
    export_xlsx(articles.values(), tmp_path / "faq.xlsx")
    export_csv(articles.values(), tmp_path / "faq.csv")
    for name in ("faq.xlsx", "faq.csv"):
        found = read(name, tmp_path / name, existing)
        assert found.problems == ()
        assert {draft.changes for draft in found.drafts} == set(articles)
        for draft in found.drafts:
            article = articles[draft.id]
            assert (draft.title, draft.body) == (article.title, article.body)
            assert set(draft.questions) == set(article.questions) - {article.title}
            assert (draft.effective, draft.review) == (article.effective, article.review)
            assert draft.categories == article.categories


def test_a_list_of_20_megabytes_comes_in_with_bounded_memory(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  -- test data
    letters = [chr(code) for code in range(0x4E00, 0x9000)]
    rows: list[list[object]] = [["问题", "答案"]]
    rows += [[f"第{n}个问题", "".join(chance.choices(letters, k=2500))] for n in range(3800)]
    path = write_xlsx(tmp_path / "upload", rows)
    size = path.stat().st_size
    del rows
    assert 18 * MEGABYTE < size < 25 * MEGABYTE
    tracemalloc.start()
    try:
        found = read("large.xlsx", path, {})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found.drafts) == 3800
    assert peak < 6 * size
