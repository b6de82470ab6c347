"""The quality and figures pages, registered with NiceGUI in the desk's process."""

from __future__ import annotations

from handoff.desk import figures_page, quality_detail, quality_list
from handoff.desk.quality import QualityParts


def register(quality: QualityParts) -> None:
    """Register the pages. Once a process."""
    for page in (quality_list, quality_detail, figures_page):
        page.register(quality)
