"""An agent with the right sees a masked value once, for a reason; nobody else sees that it is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.acceptance.studio_site import Site
from tests.acceptance.test_desk_together import desk

__all__ = ["desk"]
PHONE = "13800138000"


def test_a_masked_value_is_shown_once_for_a_reason(desk: Site) -> None:
    yu, zhou = desk.log_in("yu"), desk.log_in("zhou")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    expect(zhou.get_by_test_id("context-masked")).to_be_hidden()

    yu.get_by_test_id("claim-next").click()
    expect(yu.get_by_test_id("context-masked")).to_contain_text("手机号")
    yu.get_by_test_id("unmask").click()
    yu.get_by_test_id("unmask-confirm").click()
    expect(yu.locator(".q-notification").filter(has_text="请填写理由")).to_be_visible()
    assert PHONE not in yu.content()
    yu.get_by_test_id("unmask-reason").fill("核对挂失人手机")
    yu.get_by_test_id("unmask-confirm").click()
    expect(yu.get_by_test_id("unmasked")).to_have_text(PHONE)
    yu.get_by_test_id("unmask-close").click()
    expect(yu.get_by_test_id("unmasked")).to_have_count(0)
    yu.get_by_test_id("unmask").click()
    expect(yu.get_by_test_id("unmask-reason")).to_have_value("")
    assert PHONE not in yu.content()
