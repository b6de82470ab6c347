"""The table of all settings, from which `docs/settings.md` is printed."""

from __future__ import annotations

from yinqiao.settings import Settings


def describe() -> str:
    """Return the table of all settings as Markdown."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "`var/`" if name == "var" else f"`{field.default}`"
        rows.append(f"| `YINQIAO_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"
