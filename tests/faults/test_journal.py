"""The judge itself: every way of breaking the promise is seen in a journal."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.faults.journal import Journal, Said, look

FIRST, SECOND = "1:10-0", "1:20-0"


def message(cursor: str, *, client_id: str | None = None, to: str | None = None) -> dict[str, Any]:
    text = client_id or f"答：{to}"
    return {"cursor": cursor, "client_id": client_id, "reply_to": to, "text": text}


def history() -> list[dict[str, Any]]:
    return [
        message(FIRST, client_id="a"),
        message(SECOND, client_id="b"),
        message("1:30-0", to=FIRST),
        message("1:30-1", to=FIRST),
        message("1:40-0", to=SECOND),
    ]


def journal(*received: dict[str, Any]) -> Journal:
    said = [Said("a", "a", FIRST), Said("b", "b", SECOND), Said("c", "c")]
    return Journal("v", said, list(received or history()))


TURNS = Counter({FIRST: 1, SECOND: 1})


def test_a_promise_that_was_kept_leaves_nothing_to_find() -> None:
    findings = look([(journal(), history(), TURNS)])
    assert not findings
    assert (findings.acknowledged, findings.answered, findings.left_to_people) == (2, 2, 0)


def test_what_was_left_to_people_is_counted_apart() -> None:
    held = history()[:4]
    findings = look([(journal(*held), held, TURNS)])
    assert not findings
    assert findings.left_to_people == 1


@pytest.mark.parametrize("missing", [0, 1, 4])
def test_a_line_that_left_something_out_is_seen(missing: int) -> None:
    received = [m for number, m in enumerate(history()) if number != missing]
    assert look([(journal(*received), history(), TURNS)]).lost


def test_a_message_that_is_gone_or_was_never_handled_is_lost() -> None:
    gone = history()[1:]
    assert look([(journal(*gone), gone, TURNS)]).lost
    unanswered = history()[:4]
    assert look([(journal(*unanswered), unanswered, Counter({FIRST: 1}))]).lost


def test_two_turns_two_answers_and_two_copies_are_doubles() -> None:
    assert look([(journal(), history(), Counter({FIRST: 2, SECOND: 1}))]).doubled
    again = [*history(), message("1:50-0", to=SECOND)]
    assert look([(journal(*again), again, TURNS)]).doubled
    copied = [*history(), message("1:50-0", client_id="a")]
    assert look([(journal(*copied), copied, TURNS)]).doubled


def test_an_answer_out_of_order_is_an_inversion() -> None:
    turned = [
        *history()[:2],
        message("1:30-0", to=SECOND),
        message("1:40-0", to=FIRST),
    ]
    assert look([(journal(*turned), turned, TURNS)]).inverted
