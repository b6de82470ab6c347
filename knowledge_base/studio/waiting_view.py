"""What should have been published by itself, and why a person must do it."""

from __future__ import annotations

from knowledge_base.publication.errors import GotWorse
from knowledge_base.publication.schedule import Waiting
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.report_view import report_view
from knowledge_base.studio.theme import box, text


def waiting_view(labels: Labels, waiting: Waiting) -> None:
    """Build a panel inside the current element."""
    with box("panel stack", data_testid="waiting").style("margin-bottom: 14px"):
        text(labels("waits"), "banner bad", role="alert")
        text("、".join(waiting.items))
        text(labels.of("errors", waiting.error.code), "muted")
        if isinstance(waiting.error, GotWorse):
            report_view(labels, waiting.error.report)
        for problem in getattr(waiting.error, "problems", ()):
            text(str(problem), "finding fault")
