"""The approved utterances: complete, well-formed, and without unknown values."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from bot.actions.manners import Manners
from bot.actions.utterances import DEFAULT, Utterances
from bot.errors import UnknownValue
from bot.rasa_process import ROOT
from bot.values import names, render

RESPONSES = yaml.safe_load((ROOT / "bot/domain/responses.yml").read_text("utf-8"))["responses"]


def test_the_only_named_value_is_the_hotline() -> None:
    responses = names(variant["text"] for r in RESPONSES.values() for variant in r)
    assert Utterances.load().values | responses == {"hotline"}


def test_a_missing_utterance_is_named(tmp_path: Path) -> None:
    data = yaml.safe_load(DEFAULT.read_text("utf-8"))
    del data["utterances"]["refuse"]
    broken = tmp_path / "utterances.yml"
    broken.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    with pytest.raises(ValidationError, match="missing utterances: refuse"):
        Utterances.load(broken)


def test_the_greeting_says_that_it_is_a_machine() -> None:
    greeting = RESPONSES["utter_greet"][0]["text"]
    assert "示例银行" in greeting
    assert "智能客服（机器人）" in greeting


def test_every_refusal_and_offer_has_a_way_to_a_person() -> None:
    data = yaml.safe_load(DEFAULT.read_text("utf-8"))["utterances"]
    for key in (
        "clarify",
        "another",
        "ask_what",
        "none_fit",
        "refuse",
        "out_of_scope",
        "not_resolved",
    ):
        assert "转人工" in [o["label"] for o in data[key]["options"]]


def test_values_are_filled_in() -> None:
    assert render("请拨打 {{hotline}} 或 {{ hotline }}", {"hotline": "400"}) == "请拨打 400 或 400"


def test_a_missing_value_is_never_said() -> None:
    with pytest.raises(UnknownValue, match="hotline"):
        render("请拨打 {{hotline}}", {})


@pytest.mark.parametrize(
    "text", ["那要多久", "它收费吗", "这个安全吗", "那么，利息呢", "还有别的办法吗"]
)
def test_texts_that_refer_back(text: str) -> None:
    assert Manners.load().refers_back(text)


@pytest.mark.parametrize(
    "text", ["怎么挂失银行卡", "那天我去网点办业务", "我那里有点问题", "年费多少"]
)
def test_texts_that_stand_alone(text: str) -> None:
    assert not Manners.load().refers_back(text)
