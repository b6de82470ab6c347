"""P5: secrets vanish, personal data is masked, everything else stays as it was."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from compliance.redaction import Redactor
from compliance.secret import digits_of

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "redaction.jsonl").read_text("utf-8").splitlines()
]
# As people write: the values that must not be left (none means that the line must stay as it is),
# and those that must.
SAID = [
    json.loads(line)
    for line in (Path(__file__).parent / "redaction_said.jsonl").read_text("utf-8").splitlines()
]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")


def with_check_digit(body: str) -> str:
    return next(body + digit for digit in "0123456789" if luhn.is_valid(body + digit))


CARDS = st.builds(
    with_check_digit,
    st.builds(
        lambda first, rest: first + rest,
        st.sampled_from(["62", "4", "51", "55", "35", "37"]),
        st.text("0123456789", min_size=13, max_size=16),
    ),
)
GAPS = st.sampled_from(["", " ", "-", "  ", ".", "·", "\u200b"])
AROUND = st.sampled_from(["", "卡号", "我的卡是", "请查", "转到", "：", "from "])


def test_labelled_lines_are_many() -> None:
    assert len({item["text"] for item in [*LABELLED, *SAID]}) >= 1000


@pytest.mark.parametrize("item", LABELLED, ids=lambda item: str(item["text"])[:24])
def test_labelled_line(redactor: Redactor, item: dict[str, object]) -> None:
    redacted = redactor.redact(str(item["text"]))
    assert (redacted.text, list(redacted.found)) == (item["redacted"], item["found"])


@pytest.mark.parametrize("item", LABELLED, ids=lambda item: str(item["text"])[:24])
def test_redacting_twice_changes_nothing(redactor: Redactor, item: dict[str, object]) -> None:
    once = redactor.redact(str(item["text"])).text
    assert redactor.redact(once).text == once


@pytest.mark.parametrize("item", SAID, ids=lambda item: str(item["text"])[:24])
def test_what_people_write(redactor: Redactor, item: dict[str, Any]) -> None:
    redacted = redactor.redact(item["text"])
    assert [value for value in item["secrets"] if value in redacted.text] == []
    assert bool(redacted.found) == bool(item["secrets"])
    assert [value for value in item.get("keep", []) if value not in redacted.text] == []


@given(CARDS, GAPS, AROUND, st.sampled_from([None, FULL_WIDTH, SPOKEN]))
def test_a_valid_card_vanishes_in_any_dress(
    redactor: Redactor, card: str, gap: str, before: str, dress: dict[int, int] | None
) -> None:
    shown = gap.join(card[i : i + 4] for i in range(0, len(card), 4))
    redacted = redactor.redact(f"{before}{shown.translate(dress) if dress else shown}，谢谢")
    # Eighteen digits may be a valid card and a valid identity number at once.
    assert {"card", "id"} & set(redacted.found)
    assert card not in digits_of(redacted.text)
    assert redactor.redact(redacted.text).text == redacted.text


@given(st.text("0123456789", min_size=4, max_size=8), st.sampled_from(["是", "：", " ", "为", ""]))
def test_a_named_secret_is_never_left(redactor: Redactor, secret: str, link: str) -> None:
    for name in ("密码", "验证码", "支付密码", "短信验证码", "动态口令"):
        assert secret not in redactor.redact(f"我的{name}{link}{secret}。").text


@given(st.text(max_size=120))
def test_any_text_can_be_redacted_and_stays_redacted(redactor: Redactor, text: str) -> None:
    once = redactor.redact(text)
    assert redactor.redact(once.text).text == once.text
    assert bool(once.found) == (once.text != text)


@given(st.integers(min_value=1, max_value=9_999_999), st.sampled_from(["元", "块", "万元", "%"]))
def test_amounts_stay(redactor: Redactor, amount: int, unit: str) -> None:
    for text in (f"转{amount}{unit}", f"余额{amount:,}.00{unit}", f"贷款{amount}{unit}可以吗"):
        assert redactor.redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "请在手机银行“我的—安全中心”修改登录密码。",
        "客服热线 95588，投诉可拨打 12378、12363、12386。",
        "密码连续输错3次将被锁定24小时。",
        "请收款人查收，或向其开户行查询。",
        "网点地址：示例市中心区人民路1号。",
        "存款保险最高偿付限额为人民币50万元。",
    ],
)
def test_what_the_bank_says_is_left_alone(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text).text == text


def test_what_two_recognisers_claim_leaves_no_rest(redactor: Redactor) -> None:
    redacted = redactor.redact("密码 6222 0212 3456 7890 128")
    assert not any(char.isdecimal() for char in redacted.text)


def calls_to_redact(redactor: Redactor, text: str) -> int:
    """Count the calls of functions and of patterns, whatever the machine's speed."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        redactor.redact(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "digit", ["1 ", "6-", "0.", "8、", "六 ", "9\u200b", "1 3 ", "密码1 ", "路 1号 "]
)
def test_the_work_grows_with_the_length_and_no_faster(redactor: Redactor, digit: str) -> None:
    half, whole = (digit * (length // len(digit)) for length in (1000, 2000))
    redactor.redact(whole)  # what is remembered of single characters is counted in neither
    work = calls_to_redact(redactor, whole)
    assert work < 2.5 * calls_to_redact(redactor, half)
    assert work < 400 * len(whole)


IDENTITIES = ["11010119900307123", "33010219851224002", "51012519760229441", "65010320011130905"]


@pytest.mark.parametrize("body", IDENTITIES)
def test_an_identity_number_is_told_by_its_check_character(redactor: Redactor, body: str) -> None:
    right = mod_11_2.calc_check_digit(body)
    for last in "0123456789X":
        redacted = redactor.redact(f"受理编号{body}{last}，到哪一步了")
        assert ("id" in redacted.found) == (last == right)
        assert "id" in redactor.redact(f"身份证号{body}{last}").found  # named, it may be mistyped
