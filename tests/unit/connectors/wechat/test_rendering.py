"""How messages of the log look in WeChat."""

from __future__ import annotations

from connectors.outbox import Cursor
from connectors.plain_text import PlainText
from connectors.wechat.rendering import option_of, parts_of
from conversation.message import Kind, Message, NoticeRef, Option, Sender, SourceRef

PLAIN = PlainText.load()
ID = "0123456789abcdef-3"


def message(text: str, **more: object) -> Message:
    values: dict[str, object] = {"sender": Sender.BOT, "kind": Kind.TEXT, **more}
    return Message("17-2", ID, text=text, **values)  # type: ignore[arg-type]


def test_options_become_a_menu_whose_items_name_their_place() -> None:
    [part] = parts_of(message("您好", options=(Option("限额", "转账限额"),)), PLAIN)
    assert (part.text, part.items[0].label) == ("您好", "限额")
    assert option_of(part.items[0].id) == (Cursor(3, (17, 2)), 0)


def test_only_the_last_part_of_a_long_text_has_the_menu_and_all_fit() -> None:
    options = tuple(Option(f"选项{n}", "x") for n in range(8))
    parts = parts_of(message("一句话。" * 600, options=options), PLAIN)
    assert [bool(part.items) for part in parts] == [False] * (len(parts) - 1) + [True]
    last = parts[-1]
    whole = last.text + "".join(item.id + item.label for item in last.items)
    assert len(whole.encode()) <= 2048


def test_notices_agents_and_sources_are_recognisable() -> None:
    notice = NoticeRef("n", "1", "fund", title="基金")
    [card] = parts_of(message("有风险", kind=Kind.NOTICE, notice=notice), PLAIN)
    assert "基金" in card.text
    assert card.text.endswith("有风险")
    [reply] = parts_of(message("在的", sender=Sender.AGENT, sender_name="小王"), PLAIN)
    assert "小王" in reply.text
    assert "在的" in reply.text
    [answer] = parts_of(message("答案", sources=(SourceRef("a", "限额说明"),)), PLAIN)
    assert answer.text.splitlines() == ["答案", "来源：限额说明"]


def test_ids_that_are_not_ours_name_nothing() -> None:
    assert option_of("") is None
    assert option_of("101") is None
    assert option_of("1:2/3") is None
