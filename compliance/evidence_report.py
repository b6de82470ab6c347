"""Evidence as a table for spreadsheets, and as a page for people: Chinese, to be printed."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compliance.cells import guarded
from compliance.evidence import Dossier, Evidence, masked_key
from compliance.evidence_file import EvidenceWords
from conversation.conversation import split_id

_ZONE = ZoneInfo("Asia/Shanghai")
_COLUMNS = tuple(field.name for field in fields(Evidence))
_PAGE = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "data"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def to_csv(dossier: Dossier, words: EvidenceWords) -> bytes:
    """Return the evidence as CSV: UTF-8 with a mark, which Excel needs, and no formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([words.columns[name] for name in _COLUMNS])
    for one in dossier.evidence:
        row = told(one, words)
        writer.writerow([guarded(row[name]) for name in _COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def to_html(dossier: Dossier, words: EvidenceWords, taken_at: datetime) -> str:
    """Return one self-contained page that tells the evidence and whether the chain holds."""
    counts: dict[str, int] = {}
    for one in dossier.evidence:
        counts[words.titles[one.sort]] = counts.get(words.titles[one.sort], 0) + 1
    report = dossier.report
    state = words.words["whole" if report.broken is None else "broken"]
    return _PAGE.get_template("evidence.html.j2").render(
        columns=words.columns,
        scope=_scope(dossier, words),
        taken_at=_time(taken_at),
        head=dossier.head,
        whole=report.broken is None,
        state=state.format(count=report.count, broken=report.broken),
        counts=counts,
        rows=[told(one, words) for one in dossier.evidence],
    )


def told(one: Evidence, words: EvidenceWords) -> dict[str, str]:
    """Return one fact in words, by the names of its columns; customers' keys are masked."""
    said = words.words
    at = one.acknowledged
    acknowledged = said["confirmed"].format(at=_time(at)) if at else said["unconfirmed"]
    return {
        **{name: str(getattr(one, name)) for name in _COLUMNS},
        "at": _time(one.at),
        "sort": words.titles[one.sort],
        "conversation": _masked_conversation(one.conversation),
        "acknowledged": acknowledged if one.sort == "notice" else "",
        "proof": said[one.proof] if one.proof else "",
    }


def _masked_conversation(conversation: str) -> str:
    if not conversation:
        return ""
    key, number = split_id(conversation)
    return f"{masked_key(key)}-{number}"


def _scope(dossier: Dossier, words: EvidenceWords) -> str:
    scope, said = dossier.scope, words.words
    if scope.conversation:
        return said["conversation"].format(id=_masked_conversation(scope.conversation))
    # The end itself is not in the period; people name the last day that is.
    last = scope.end - timedelta(microseconds=1) if scope.end else None
    start, end = (_day(at) if at else said["open"] for at in (scope.start, last))
    return said["period"].format(start=start, end=end)


def _time(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _day(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d")
