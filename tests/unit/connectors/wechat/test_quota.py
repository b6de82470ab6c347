"""How many messages a customer's deed allows, and for how long."""

from __future__ import annotations

from connectors.wechat.quota import Allowance, Deed, Quota, allowance


def test_a_message_allows_five_within_two_days() -> None:
    quota = Quota(message=allowance(Deed.MESSAGE, 1000))
    assert quota.left(1000 + 48 * 3600 - 1) == 5
    assert quota.left(1000 + 48 * 3600) == 0
    assert quota.until(1000) == 1000 + 48 * 3600


def test_a_click_allows_three_within_a_minute() -> None:
    quota = Quota(click=allowance(Deed.CLICK, 1000))
    assert (quota.left(1059), quota.left(1060)) == (3, 0)


def test_what_ends_first_is_spent_first() -> None:
    both = Quota(allowance(Deed.MESSAGE, 1000), allowance(Deed.CLICK, 1000))
    assert both.next(1000) is Deed.CLICK
    assert both.next(1061) is Deed.MESSAGE
    assert Quota(both.message, Allowance(0, 2000)).next(1000) is Deed.MESSAGE


def test_nothing_is_allowed_to_whom_nobody_wrote() -> None:
    assert Quota().next(0) is None
    assert Quota().until(0) is None
