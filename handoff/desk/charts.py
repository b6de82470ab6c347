"""Charts by NiceGUI's own ECharts, in the desk's colours; each says in words what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

_COLOURS = ("#2456c4", "#15663f", "#8a4b00", "#b42318", "#667085")
_LINE = "#e4e7ec"
_SANS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


def lines(
    title: str, over: Sequence[str], series: Mapping[str, Sequence[float | None]], testid: str
) -> ui.element:
    """Draw series over days or weeks."""
    drawn = [
        {"name": name, "type": "line", "data": list(values), "symbolSize": 5}
        for name, values in series.items()
    ]
    options = _base(title) | {
        "legend": {"right": 0, "top": 2, "itemWidth": 16},
        "xAxis": {"type": "category", "data": list(over), "axisTick": {"show": False}},
        "yAxis": {"type": "value", "splitLine": {"lineStyle": {"color": _LINE}}},
        "series": drawn,
    }
    return _chart(options, title, testid)


def bars(title: str, values: Mapping[str, float], testid: str) -> ui.element:
    """Draw one bar for each name, the first on top."""
    options = _base(title) | {
        "xAxis": {"type": "value", "splitLine": {"lineStyle": {"color": _LINE}}},
        "yAxis": {"type": "category", "data": list(values), "inverse": True},
        "series": [
            {
                "type": "bar",
                "data": list(values.values()),
                "barMaxWidth": 18,
                "label": {"show": True, "position": "right"},
            }
        ],
    }
    return _chart(options, title, testid)


def _base(title: str) -> dict[str, Any]:
    return {
        "animation": False,
        "color": list(_COLOURS),
        "textStyle": {"fontFamily": _SANS},
        "title": {"text": title, "textStyle": {"fontSize": 13, "fontWeight": 600}},
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 40, "top": 44, "bottom": 8, "containLabel": True},
    }


def _chart(options: dict[str, Any], title: str, testid: str) -> ui.element:
    chart = ui.echart(options, renderer="svg").classes("chart")
    chart.props["role"], chart.props["aria-label"] = "img", title
    chart.props["data-testid"] = testid
    return chart
