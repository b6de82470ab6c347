"""Two people's texts put together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.studio.merge import merge

BASE = {"title": "旧标题", "body": "旧正文", "questions": ["一", "二"], "owner": "甲部"}
TEXTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["甲", "乙", ""]),
        "body": st.sampled_from(["子", "丑", ""]),
        "questions": st.lists(st.sampled_from("一二三四"), unique=True),
    }
)


def test_what_only_the_other_changed_is_taken() -> None:
    merged = merge(BASE, BASE, BASE | {"title": "新标题"})
    assert merged.content["title"] == "新标题"
    assert (merged.taken, merged.conflicts) == (("title",), ())


def test_what_only_i_changed_stays() -> None:
    merged = merge(BASE, BASE | {"body": "我的正文"}, BASE | {"owner": "乙部"})
    assert merged.content == BASE | {"body": "我的正文", "owner": "乙部"}
    assert merged.conflicts == ()


def test_a_text_both_changed_is_left_to_choose_and_stays_mine() -> None:
    merged = merge(BASE, BASE | {"body": "我的"}, BASE | {"body": "对方的"})
    assert merged.content["body"] == "我的"
    assert merged.conflicts == ("body",)


def test_the_same_change_is_no_conflict() -> None:
    both = BASE | {"body": "同样的新正文"}
    assert merge(BASE, both, both).conflicts == ()


def test_lists_are_merged_entry_by_entry() -> None:
    mine = BASE | {"questions": ["一", "三"]}
    theirs = BASE | {"questions": ["一", "二", "四"]}
    merged = merge(BASE, mine, theirs)
    assert merged.content["questions"] == ["一", "三", "四"]
    assert merged.conflicts == ()


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_that_anybody_wrote_is_lost(
    base: dict[str, object], mine: dict[str, object], theirs: dict[str, object]
) -> None:
    merged = merge(base, mine, theirs)
    for name in ("title", "body"):
        if mine[name] != base[name]:
            assert merged.content[name] == mine[name]
        else:
            assert merged.content[name] == theirs[name]
        lost = {mine[name], theirs[name]} - {base[name], merged.content[name]}
        assert not lost or name in merged.conflicts
    added = {*mine["questions"], *theirs["questions"]} - {*base["questions"]}  # type: ignore[misc]
    assert added <= set(merged.content["questions"])
