"""The figures as rows of text: the same on the page and in the file for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from compliance.cells import guarded
from handoff.figures.days import Day
from handoff.figures.definitions import Definition, Definitions
from handoff.figures.figures import Figures
from handoff.figures.tally import Share, Spread

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: its id and definition, its value as people read it, and what it counts."""

    id: str
    definition: Definition
    value: str
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What reasons and agents are called."""

    reason: Callable[[str], str]
    agent: Callable[[str], str]


def rows_of(figures: Figures, definitions: Definitions) -> list[Row]:
    """Return every figure that is one number, in the order of the definitions."""
    complaints = figures.complaints
    values = {
        "conversations": (str(figures.conversations), ""),
        **_spread("waiting", figures.waiting),
        **_spread("response", figures.response),
        **_spread("handling", figures.handling),
        "connection": _share(figures.connection),
        "resolution": _share(figures.resolution),
        "containment": _share(figures.containment),
        "notices": _share(figures.notices),
        "satisfaction": (_number(figures.satisfaction), f"{figures.content.of} 份评价"),
        "content": _share(figures.content),
        "complaints_in_time": _share(complaints.in_time),
        "complaints_running": (str(complaints.running), ""),
        "complaints_late": (str(complaints.late), ""),
    }
    return [
        Row(identifier, definition, *values[identifier])
        for identifier, definition in definitions.figures.items()
    ]


def table_csv(
    figures: Figures, days: Iterable[Day], definitions: Definitions, names: Names, period: str
) -> str:
    """Return everything as CSV (with a byte order mark, for spreadsheets); no cell is a formula."""
    lines: list[Sequence[str]] = [("统计期间", period), ("统计范围", definitions.scope), ()]
    lines.append(("指标", "数值", "计数", "口径", "依据"))
    for row in rows_of(figures, definitions):
        known = row.definition
        lines.append((known.name, row.value, row.counted, known.means, known.source))
    lines += [(), (definitions.tables["reasons"].name, "次数")]
    lines += [(names.reason(code), str(count)) for code, count in figures.reasons.items()]
    lines += [(), (definitions.tables["loads"].name, "会话数", "持有时长（秒）", "同时最多")]
    lines += [
        (
            names.agent(load.agent),
            str(load.conversations),
            str(int(load.handling.total_seconds())),
            str(load.most),
        )
        for load in figures.loads
    ]
    lines += [(), (definitions.tables["days"].name, "会话量", "进线", "接通")]
    lines += [
        (day.day.isoformat(), str(day.conversations), str(day.calls), str(day.connected))
        for day in days
    ]
    written = io.StringIO()
    csv.writer(written).writerows([guarded(cell) for cell in line] for line in lines)
    return "\ufeff" + written.getvalue()


def seconds(span: timedelta | None) -> str:
    """Return a length of time in seconds, and in minutes from the second minute on."""
    if span is None:
        return NOTHING
    whole = span.total_seconds()
    return f"{whole:.1f} 秒" if whole < 120 else f"{whole / 60:.1f} 分钟"  # noqa: PLR2004 - two minutes


def _spread(name: str, spread: Spread) -> dict[str, tuple[str, str]]:
    counted = f"{spread.of} 次"
    return {
        f"{name}_median": (seconds(spread.median), counted),
        f"{name}_p90": (seconds(spread.p90), counted),
    }


def _share(share: Share) -> tuple[str, str]:
    value = NOTHING if share.value is None else f"{share.value:.1%}"
    return value, f"{share.hits} / {share.of}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"
