"""The preview breaks lines where the customer sees them break."""

from __future__ import annotations

import pytest

from knowledge_base.exchange.clean import safe_html
from knowledge_base.studio.preview import fill, kept_lines


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("一\n二", "<p>一<br>\n二</p>"),
        ("一：\n1. 甲\n2. 乙\n尾", "<p>一：</p>\n<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>\n<p>尾</p>"),
        ("- 甲\n\n尾", "<ul>\n<li>甲</li>\n</ul>\n<p>尾</p>"),
        ("一\n\n二", "<p>一</p>\n<p>二</p>"),
        ("- 甲\n  还是甲", "<ul>\n<li>甲\n还是甲</li>\n</ul>"),
        ("<b>粗</b>", "<p>&lt;b&gt;粗&lt;/b&gt;</p>"),
    ],
)
def test_lines_are_kept(body: str, html: str) -> None:
    assert safe_html(kept_lines(body)).strip() == html


def test_only_known_values_are_filled_in() -> None:
    assert fill("打{{hotline}}或{{ other }}", {"hotline": "400"}) == "打400或{{ other }}"
