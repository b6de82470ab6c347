"""How the customer's last messages sound, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversation.message import Sender
from handoff.errors import BadContent
from handoff.mood import Heard, Mood, MoodRules
from tests.unit.handoff.test_context import Script

RULES = MoodRules.load()


def scolds(text: str) -> bool:
    """Know one scolding word."""
    return "气死" in text


def heard(*texts: str) -> list[Heard]:
    return [Heard(text) for text in texts]


COMPLAINS = Heard("我对这个处理结果有意见", "complaint", 0.95)


@pytest.mark.parametrize(
    ("said", "mood"),
    [
        ([], Mood.CALM),
        (heard("你好", "转账限额是多少"), Mood.CALM),
        (heard("到底什么时候到账"), Mood.CALM),
        (heard("气死我了", "好的"), Mood.UPSET),
        (heard("气死我了", "好的", "气死了"), Mood.ANGRY),
        (heard("气死我了", *["好的，谢谢您", "嗯", "行", "知道了", "没有了"]), Mood.CALM),
        ([*heard("怎么还没处理"), COMPLAINS], Mood.UPSET),
        ([*heard("怎么还没处理"), Heard("到底管不管？？", "complaint", 0.95)], Mood.ANGRY),
        (heard("查一下余额", "查一下余额", "查一下余额"), Mood.UPSET),
    ],
)
def test_the_last_messages_tell_the_mood(said: list[Heard], mood: Mood) -> None:
    assert RULES.read(said, scolds).mood is mood


def test_what_grows_from_message_to_message_is_rising() -> None:
    growing = heard("怎么还没好", "到底行不行？？", "气死我了")
    assert RULES.read(growing, scolds).rising
    assert not RULES.read(growing[::-1], scolds).rising
    assert not RULES.read(heard("你好", "气死我了"), scolds).rising


def test_the_reading_names_its_reasons() -> None:
    reading = RULES.read([COMPLAINS, *heard("到底管不管!!")], scolds)
    assert reading.signs == ("表示投诉或未解决", "表示不满", "连续问号或感叹号")


def test_the_less_sure_the_understanding_the_less_it_counts() -> None:
    sure, unsure = (Heard("这个事情", "complaint", sureness) for sureness in (1.0, 0.4))
    assert RULES.read([sure], scolds).mood is Mood.UPSET
    assert RULES.read([unsure], scolds).mood is Mood.CALM


def test_the_log_tells_what_was_understood_of_each_message() -> None:
    script = Script()
    script.turn(script.add(Sender.CUSTOMER, "我要投诉"), "complaint", "complaint")
    script.add(Sender.CUSTOMER, "人呢")  # a person serves: nobody asks the bot
    assert script.facts().heard == [Heard("我要投诉", "complaint", 0.9), Heard("人呢")]


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "moods.yml"
    path.write_text("source: x\nreview: 2027-01-01\n", "utf-8")
    with pytest.raises(BadContent, match="looked_at"):
        MoodRules.load(path)
