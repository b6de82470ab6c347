"""How moments and customers are written at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from conversation.conversation import Customer
from handoff.labels import Labels

_MINUTE, _HOUR = 60, 3600
_MEGABYTE = 1024 * 1024
_WEEKDAYS = "一二三四五六日"


def duration(span: timedelta) -> str:
    """Return a waiting time: seconds below a minute, then minutes, then hours and minutes."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} 秒"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} 分钟"
    return f"{seconds // _HOUR} 小时 {seconds % _HOUR // _MINUTE} 分"


def file_size(size: int) -> str:
    """Return a file's size, in KB below a megabyte."""
    return f"{max(1, size // 1024)} KB" if size < _MEGABYTE else f"{size / _MEGABYTE:.1f} MB"


def clock(moment: datetime, zone: tzinfo) -> str:
    """Return the time of day."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the day as a separator shows it."""
    there, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    written = f"{there.month}月{there.day}日 星期{_WEEKDAYS[there.weekday()]}"
    if there == today:
        return f"今天 · {written}"
    if there == today - timedelta(days=1):
        return f"昨天 · {written}"
    return written if there.year == today.year else f"{there.year}年{written}"


def stamp(moment: datetime, zone: tzinfo) -> str:
    """Return day and time of day, for the context panel."""
    there = moment.astimezone(zone)
    return f"{there.month}月{there.day}日 {there:%H:%M:%S}"


def customer_name(customer: Customer, labels: Labels) -> str:
    """Return the masked name, or the channel with a short, stable number."""
    name = customer.profile.get("name")
    return name or visitor(customer.key, customer.channel, labels)


def visitor(key: str, channel: str, labels: Labels) -> str:
    """Return what a customer without a name is called."""
    return f"{labels.of('channels', channel)}访客 {key[:4].upper()}"
