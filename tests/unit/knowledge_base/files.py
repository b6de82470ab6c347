"""Content files as a writer would make them, for the tests of reading."""

from __future__ import annotations

from pathlib import Path

VALUES = """\
hotline: {value: "400-000-0000", meaning: 客服热线, source: 本行公告, review: 2027-06-30}
loss_fee: {value: 15, meaning: 补卡工本费（元）, source: 本行收费公示, review: 2027-06-30}
"""

ARTICLE = """\
---
id: card-loss
title: 怎么挂失银行卡？
questions:
  - 银行卡丢了怎么办
  - 卡找不到了
topic: card
categories: [deposit]
audience: customer
owner: 零售金融部
source: 示例银行《银行卡服务指南》
citation_status: internal
effective: 2026-01-01
expires: 2027-12-31
review: 2027-06-30
---
请拨打 {{hotline}} 挂失。
补卡工本费 {{ loss_fee }} 元。
"""


def write_content(root: Path, articles: dict[str, str], values: str = VALUES) -> Path:
    """Write a content folder: article texts by path below `articles/`; returns `root`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "values.yml").write_text(values, encoding="utf-8")
    for name, text in articles.items():
        path = root / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
