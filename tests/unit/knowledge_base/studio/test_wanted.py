"""What the list shows, as its address says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.catalogue.revision import Item, Kind, Revision, State
from knowledge_base.studio.wanted import PAGE_SIZE, Wanted, pages

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def item(name: str, minutes: int = 0, **content: object) -> Item:
    at = NOW + timedelta(minutes=minutes)
    revision = Revision(
        Kind.ARTICLE, name, 1, State.DRAFT, {"title": name, **content}, ("li",), at, at, 1
    )
    return Item(Kind.ARTICLE, name, None, revision, revision)


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense", "due": "x", "sort": "drop table", "page": "-3"},
        {"page": "99999999999999999999"},
        {"page": "二"},
        {"unknown": "1"},
    ],
)
def test_nonsense_in_the_address_shows_the_plain_list(query: dict[str, str]) -> None:
    assert Wanted.of(query) == Wanted()


@given(
    st.builds(
        Wanted,
        q=st.text(max_size=50),
        state=st.sampled_from(["", *State]),
        owner=st.text(max_size=20),
        due=st.sampled_from(["", "review", "expiry"]),
        sort=st.sampled_from(["title", "changed", "expires"]),
        down=st.sampled_from(["", "1"]),
        page=st.integers(1, 500),
    )
)
def test_an_address_leads_back_to_what_it_was_made_of(wanted: Wanted) -> None:
    from urllib.parse import parse_qsl, urlsplit  # noqa: PLC0415 - only here

    query = urlsplit(wanted.address).query
    assert Wanted.of(dict(parse_qsl(query, keep_blank_values=True))) == wanted


def test_filters_reach_the_catalogue() -> None:
    asked = Wanted(q="挂失", state="review", due="expiry").filter(Kind.ARTICLE, date(2026, 1, 1))
    assert asked.states == {State.REVIEW}
    assert asked.expires_before == date(2026, 1, 31)
    assert asked.review_before is None


def test_order_and_its_turning() -> None:
    items = [item("b", 1, owner="乙"), item("a", 2, owner="乙"), item("c", 0, owner="甲")]
    assert [i.id for i in Wanted().ordered(items)] == ["a", "b", "c"]
    by_owner = Wanted().sorted_by("owner")
    assert [i.id for i in by_owner.ordered(items)] == ["a", "b", "c"]
    turned = by_owner.sorted_by("owner")
    assert [i.id for i in turned.ordered(items)] == ["c", "a", "b"]


def test_drafts_may_hold_anything() -> None:
    odd = [item("a", expires=None), item("b", expires=["x"]), item("c", expires=7)]
    assert len(Wanted(sort="expires").ordered(odd)) == 3


def test_pages() -> None:
    assert [pages(n) for n in (0, 1, PAGE_SIZE, PAGE_SIZE + 1)] == [1, 1, 1, 2]
