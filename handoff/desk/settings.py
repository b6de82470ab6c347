"""What the desk may be told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How the desk presents itself, and how long a login lasts."""

    bank: str = "示例银行"
    session_lifetime: timedelta = timedelta(hours=12)
    studio: str = ""
    """Address of the content staff's pages in the same process, empty when there are none."""
    tickets: str = ""
    """Address of the complaint tickets in the same process, empty when there are none."""
    quality: str = ""
    """Address of the quality inspection in the same process, empty when there is none."""
    figures: str = ""
    """Address of the figures in the same process, empty when there are none."""
    zone: tzinfo = timezone(timedelta(hours=8), "北京时间")
