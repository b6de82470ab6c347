"""What a publication would do to the questions it is tested with."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge_base.catalogue.revision import Kind
from knowledge_base.publication.regression import Must, Outcome, Report
from knowledge_base.studio import links
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.theme import box, link, text

_SHOWN = 100


def report_view(labels: Labels, report: Report) -> None:
    """Build counts, then what got worse, was lost within the tolerance, never met, got better."""
    with box("facts", data_testid="counts"):
        for must in Must:
            total = report.counts.get(str(must), 0)
            if total:
                text(labels.of("musts", must), "k")
                met = report.counts.get(f"{must} met", 0)
                text(labels("met", met=met, total=total))
    _outcomes(labels, "worse", report.worse, opened=True)
    _outcomes(labels, "lost", report.lost)
    _outcomes(labels, "unmet", report.unmet)
    _outcomes(labels, "better", report.better)


def _outcomes(
    labels: Labels, name: str, outcomes: Sequence[Outcome], *, opened: bool = False
) -> None:
    if not outcomes:
        return
    with box("", "details", data_testid=name) as details:
        if opened:
            details.props["open"] = True
        text(labels(f"report_{name}", count=len(outcomes)), tag="summary")
        for outcome in outcomes[:_SHOWN]:
            with box("finding", data_testid="outcome"):
                text(outcome.check.text, "name", "span")
                text(labels.of("musts", outcome.check.must), "muted", "span")
                _expected(outcome)
                text(labels("got", got=_got(labels, outcome.got)), "muted", "span")


def _expected(outcome: Outcome) -> None:
    for name in outcome.check.expected:
        if outcome.check.must is Must.FIND:
            link(name, links.item(Kind.ARTICLE, name))
        else:
            text(name, "muted", "span")


def _got(labels: Labels, got: str) -> str:
    """Return `answer card-loss` in words."""
    decision, _, rest = got.partition(" ")
    return f"{labels.of('decisions', decision)} {rest}".strip()
