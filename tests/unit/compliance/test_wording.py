"""P4: prohibited wording is found, however it is disguised, and its denial is let through.

The development sets, `wording*.jsonl`, hold none of the labelled examples. They were looked at
while rules and examples were made, so they guard against getting worse; they do not tell how well
unseen wordings are read (docs/decisions/0014-wording.md and 0023-tuned-encoder.md do).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.data_file import load_lines
from compliance.errors import DataFileError
from compliance.likeness import Example
from compliance.wording import EXAMPLES_PATH, Wording

HERE = Path(__file__).parent


class HeldOut(NamedTuple):
    """A development set, and the least recall and most false alarms on it."""

    rows: list[dict[str, Any]]
    recall: float
    false_alarms: float


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


HELD_OUT = [
    HeldOut(_read("wording.jsonl"), 0.98, 0.02),
    # Written by another hand, as agents speak; judged here without the tuned encoder.
    HeldOut(_read("wording_said.jsonl"), 0.95, 0.05),
    HeldOut(_read("wording_heard.jsonl"), 0.96, 0.04),
]
SETS = pytest.mark.parametrize("held", HELD_OUT, ids=["wording", "said", "heard"])


@SETS
def test_held_out_sentences_are_many_and_not_the_examples(held: HeldOut) -> None:
    known = {example.text for example in load_lines(EXAMPLES_PATH, Example)}
    assert len(held.rows) >= 400
    assert not known & {item["text"] for item in held.rows}


@SETS
def test_recall_on_held_out_sentences(wording: Wording, held: HeldOut) -> None:
    blocked = [item["text"] for item in held.rows if item["blocked"]]
    missed = [text for text in blocked if not wording.check(text)]
    assert len(missed) <= (1 - held.recall) * len(blocked), missed


@SETS
def test_false_alarms_on_held_out_sentences(wording: Wording, held: HeldOut) -> None:
    allowed = [item["text"] for item in held.rows if not item["blocked"]]
    alarms = [(text, wording.check(text)) for text in allowed if wording.check(text)]
    assert len(alarms) <= held.false_alarms * len(allowed), alarms


def test_every_example_reads_as_it_is_labelled(wording: Wording) -> None:
    examples = load_lines(EXAMPLES_PATH, Example)
    wrong = [e.text for e in examples if bool(wording.check(e.text)) != (e.rule is not None)]
    assert len(wrong) <= 0.005 * len(examples), wrong


@pytest.mark.parametrize(
    "text",
    [
        "保 本",
        "保.本产品",
        "保夲理财",
        "b a o 本",
        "baoben",
        "0风险",
        "零 风 险",
        "０风险",
        "保證收益",
        "穩賺不賠",
        "保\u200b本理财",
        "保💰本",
        "零，风，险",
        "稳wen赚zhuan",
    ],
)
def test_disguises_are_seen_through(wording: Wording, text: str) -> None:
    assert wording.check(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您好，这款理财保 本。", "保 本"),
        ("这是穩賺的产品", "穩賺"),
        ("第一行\n第二行说０风险", "０风险"),
    ],
)
def test_spans_point_into_the_raw_text(wording: Wording, text: str, words: str) -> None:
    (finding,) = wording.check(text)
    assert finding.words == words
    assert text[slice(*finding.span)] == words
    assert finding.why
    assert finding.source


def test_the_issue_sentence_is_blocked_for_capital_and_return(wording: Wording) -> None:
    rules = {finding.rule for finding in wording.check("这款理财保本保收益")}
    assert "promise.capital" in rules
    words = [finding.words for finding in wording.check("这款理财保本保收益")]
    assert "保本保收益" in words


def test_a_yes_turns_a_question_into_a_promise(wording: Wording) -> None:
    assert not wording.check("这款产品保本吗？")
    assert wording.check("这款产品保本吗？是的。")
    assert wording.check("有什么风险？没有的。")


def test_what_is_like_a_violation_names_it(wording: Wording) -> None:
    (finding,) = wording.check("一年后您的本金能变成十二万。")
    assert "相近" in finding.why


def test_the_clause_that_tells_is_the_span(wording: Wording) -> None:
    (finding,) = wording.check("您好，感谢来电，一年后您的本金能变成十二万。")
    assert finding.words == "一年后您的本金能变成十二万。"


def test_a_judge_is_heard_beside_the_examples() -> None:
    text = "这款产品我们支行卖得特别快。"
    assert Wording.load(judge=lambda _: 1.0).check(text)
    assert not Wording.load(judge=lambda _: 0.0).check(text)


def test_no_judge_alone_lets_a_promise_through() -> None:
    lenient = Wording.load(judge=lambda _: 0.0)
    assert lenient.check("这款理财保本保息，没有别的。")
    assert lenient.check("亏了我赔，您放心。")


def test_friendly_words_around_a_promise_do_not_hide_it(wording: Wording) -> None:
    polite = "您好，感谢您的耐心等待，关于您刚才咨询的问题我已经为您查询并登记好了，"
    assert wording.check(f"{polite}这款理财保本，祝您生活愉快。")


def test_superlatives_may_be_released(wording: Wording) -> None:
    (best,) = wording.check("全国最好的理财就是我们家这款。")[:1]
    assert wording.releasable(best)


@pytest.mark.parametrize(
    "text",
    [
        "有损失我们行全额兜底。",
        "亏了我赔。",
        "亏损我来承担",
        "我给你兜底",
        "跌了我自掏腰包补给您",
        "这次净值回撤造成的损失，过两天我私下转给您。",
        "亏损部分由客户经理承担七成。",
        "kui了我赔，行不？",
    ],
)
def test_promises_to_bear_losses_are_never_released(wording: Wording, text: str) -> None:
    assert not all(wording.releasable(finding) for finding in wording.check(text))


@pytest.mark.parametrize(
    "text",
    [
        "投资亏损由您自行承担，银行不会补偿。",
        "银行不能承诺补足亏损。",
        "因系统故障给您造成的损失，核实后我们会按规定赔付。",
        "盗刷损失经核实后由银行先行垫付。",
    ],
)
def test_who_says_who_bears_a_loss_promises_nothing(wording: Wording, text: str) -> None:
    assert not wording.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "这款产品不保本，历史业绩不代表未来表现。",
        "请勿向任何人透露验证码。",
        "我们会尽快为您处理。",
        "您放心，我帮您登记了。",
        "存款保险最高偿付50万元。",
        "理财不保本。",
        "切勿相信保本保息的宣传。",
    ],
)
def test_what_an_agent_must_be_able_to_say(wording: Wording, text: str) -> None:
    assert not wording.check(text)


@given(st.text(max_size=80))
def test_any_text_can_be_checked_and_spans_lie_inside(wording: Wording, text: str) -> None:
    for finding in wording.check(text):
        start, end = finding.span
        assert 0 <= start < end <= len(text)
        assert finding.words == text[start:end]


@given(st.text(alphabet=" .-_*~·\u200b", min_size=1, max_size=3))
def test_no_separator_hides_a_promise(wording: Wording, gap: str) -> None:
    assert wording.check(f"这款理财保{gap}本{gap}保{gap}息")


def test_a_wrong_file_says_where(tmp_path: Path) -> None:
    broken = tmp_path / "wording.yml"
    broken.write_text("review: 2027-01-01\nrules: []\n", "utf-8")
    with pytest.raises(DataFileError, match="respelling"):
        Wording.load(broken)


def test_an_example_of_no_rule_is_refused(tmp_path: Path) -> None:
    examples = tmp_path / "examples.jsonl"
    examples.write_text('{"text": "甲乙丙", "rule": "no.such"}\n', "utf-8")
    with pytest.raises(DataFileError, match=r"no\.such"):
        Wording.load(examples=examples)
