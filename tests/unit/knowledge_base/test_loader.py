"""A whole content folder: articles in order, faults of all files at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.errors import ContentInvalid
from knowledge_base.loader import load_folder
from tests.unit.knowledge_base.files import ARTICLE, write_content


def other(article_id: str, title: str, question: str) -> str:
    return (
        ARTICLE.replace("id: card-loss", f"id: {article_id}")
        .replace("怎么挂失银行卡？", title)
        .replace("银行卡丢了怎么办", question)
        .replace("卡找不到了", f"{title}呢")
    )


def test_reads_articles_sorted_by_id(tmp_path: Path) -> None:
    write_content(
        tmp_path,
        {
            "card/card-loss.md": ARTICLE,
            "card/card-atm.md": other("card-atm", "取款机吞卡了怎么办？", "卡被吞了"),
        },
    )
    assert [article.id for article in load_folder(tmp_path)] == ["card-atm", "card-loss"]


def test_collects_the_faults_of_all_files(tmp_path: Path) -> None:
    write_content(
        tmp_path,
        {
            "card/card-loss.md": ARTICLE.replace("owner: 零售金融部\n", ""),
            "card/wrong-name.md": other("card-atm", "取款机吞卡了怎么办？", "卡被吞了"),
            "fees/card-fee.md": other("card-fee", "年费多少？", "要年费吗"),
        },
    )
    with pytest.raises(ContentInvalid) as caught:
        load_folder(tmp_path)
    found = {(Path(problem.file).name, problem.field) for problem in caught.value.problems}
    assert found == {("card-loss.md", "owner"), ("wrong-name.md", "id"), ("card-fee.md", "topic")}


def test_an_id_is_used_once(tmp_path: Path) -> None:
    write_content(tmp_path, {"card/card-loss.md": ARTICLE, "card/old/card-loss.md": ARTICLE})
    with pytest.raises(ContentInvalid, match="already used by"):
        load_folder(tmp_path)


def test_two_articles_may_not_share_a_wording_however_it_is_written(tmp_path: Path) -> None:
    write_content(
        tmp_path,
        {
            "card/card-loss.md": ARTICLE,
            "card/card-atm.md": other("card-atm", "吞卡怎么办？", "銀行卡 丟了，怎麼辦？"),
        },
    )
    with pytest.raises(ContentInvalid, match="already a wording of card-atm"):
        load_folder(tmp_path)


def test_a_check_that_is_a_wording_of_any_article_can_test_nothing(tmp_path: Path) -> None:
    checked = ARTICLE.replace("topic: card", "checks: [吞卡了咋办]\ntopic: card")
    write_content(
        tmp_path,
        {
            "card/card-loss.md": checked,
            "card/card-atm.md": other("card-atm", "吞卡怎么办？", "吞卡了，咋办？"),
        },
    )
    with pytest.raises(ContentInvalid, match="is a wording of card-atm") as caught:
        load_folder(tmp_path)
    assert [problem.field for problem in caught.value.problems] == ["checks"]


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    write_content(tmp_path, {"card/card-loss.md": ARTICLE})
    (tmp_path / "articles/card/bad.md").write_bytes("正文".encode("gbk"))
    with pytest.raises(ContentInvalid, match="UTF-8"):
        load_folder(tmp_path)


def test_the_wording_check_sees_the_text_customers_will_see(tmp_path: Path) -> None:
    write_content(tmp_path, {"card/card-loss.md": ARTICLE})
    seen: list[str] = []

    def check(text: str) -> list[str]:
        seen.append(text)
        return ["不许说“工本费”"] if "工本费 15 元" in text else []

    with pytest.raises(ContentInvalid, match="不许说") as caught:
        load_folder(tmp_path, check)
    assert [problem.field for problem in caught.value.problems] == ["body"]
    assert "怎么挂失银行卡？" in seen
