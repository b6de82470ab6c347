"""The lexicon: its file, its order of precedence, its guards."""

from __future__ import annotations

from pathlib import Path

import pytest

from language.lexicon import BadLexicon, Lexicon, Match


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("转人工", "human"),
        ("轉 人 工", "human"),
        ("我要投诉你们", "complaint"),
        ("我要投訴", "complaint"),
        ("我被骗了两万", "fraud"),
        ("帮我转5000块给李四", "transaction"),
        ("他让我共享屏幕", "fraud"),
        ("给我接客服", "human"),
        ("你们乱收费", "complaint"),
        ("帮我把账户注销掉", "transaction"),
        ("叫你们领导来跟我说", "human"),
        ("怎样才能跟你们员工说上话", "human"),
        ("请不要自动回复了", "human"),
        ("有人在盗刷我的卡", "fraud"),
    ],
)
def test_unmistakable_phrases(lexicon: Lexicon, text: str, reason: str) -> None:
    match = lexicon.match(text)
    assert match is not None
    assert match.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        *("怎么投诉", "人工智能是什么", "转账限额是多少", "怎么防止被骗", "你好", "", "　"),
        *("客服会让我共享屏幕吗", "聋哑人怎么联系客服", "转人工要收费吗"),
        *("我想投诉我们物业乱收费", "举报学校乱收费去哪", "被公司辞退怎么要赔偿"),
        "有人说能帮我把大学时的校园贷账户注销掉",
        *("健身房跑路了我要投诉", "怎么跟客户经理说话", "微信怎么设置自动回复"),
    ],
)
def test_guidance_and_small_talk_match_nothing(lexicon: Lexicon, text: str) -> None:
    assert lexicon.match(text) is None


def test_order_of_precedence() -> None:
    lexicon = Lexicon(
        {
            "transaction": [{"pattern": "丁"}],
            "human": [{"pattern": "丙"}],
            "complaint": [{"pattern": "乙"}],
            "fraud": [{"pattern": "甲"}],
        }
    )
    found = [lexicon.match(text) for text in ("丁丙乙甲", "丁丙乙", "丁丙", "丁")]
    assert found == [
        Match("fraud", "甲"),
        Match("complaint", "乙"),
        Match("human", "丙"),
        Match("transaction", "丁"),
    ]


def test_a_guard_switches_off_its_own_entry_only() -> None:
    lexicon = Lexicon({"human": [{"pattern": "人工", "unless": ["智能"]}, {"pattern": "客服"}]})
    assert lexicon.match("人工智能") is None
    assert lexicon.match("人工智能客服") == Match("human", "客服")


def test_both_ends_of_a_long_text_are_read() -> None:
    lexicon = Lexicon({"human": [{"pattern": "人工"}]})
    assert lexicon.match("啊" * 9000 + "人工") is not None
    assert lexicon.match("人工" + "啊" * 9000) is not None


@pytest.mark.parametrize(
    "entries",
    [
        {"chat": []},
        {"human": [{"unless": ["x"]}]},
        {"human": [{"pattern": "x", "except": ["y"]}]},
        {"human": [{"pattern": "("}]},
        {"human": [{"pattern": "x", "unless": ["("]}]},
        {"human": ["x"]},
    ],
)
def test_a_broken_lexicon_is_refused(entries: dict[str, list[object]]) -> None:
    with pytest.raises(BadLexicon):
        Lexicon(entries)


@pytest.mark.parametrize("content", ["- a list", "human: [", "review: 2027-06-30\nchat: []"])
def test_a_broken_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "lexicon.yml"
    file.write_text(content, "utf-8")
    with pytest.raises(BadLexicon):
        Lexicon.load(file)
