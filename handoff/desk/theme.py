"""How the desk looks: one style sheet of our own, and small builders for plain elements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

STATIC = Path(__file__).parent / "static"
MOUNT = "/desk/static"
STYLESHEET = f"{MOUNT}/desk.css"


def dress(title: str) -> None:
    """Give the page its title and style sheet."""
    ui.page_title(title)
    ui.add_head_html(f'<link rel="stylesheet" href="{STYLESHEET}">')


def box(classes: str, tag: str = "div", **attributes: str) -> ui.element:
    """Return an element with classes and attributes; `data_testid` becomes `data-testid`."""
    element = ui.element(tag).classes(classes)
    for name, value in attributes.items():
        element.props[name.strip("_").replace("_", "-")] = value
    return element


def text(content: str, classes: str = "", tag: str = "div", **attributes: str) -> Text:
    """Return an element that shows text; the text is never read as HTML."""
    element = Text(tag, content)
    element.classes(classes)
    for name, value in attributes.items():
        element.props[name.strip("_").replace("_", "-")] = value
    return element


def button(
    label: str,
    on_click: Callable[[], Awaitable[Any] | None],
    classes: str = "",
    **attributes: str,
) -> Text:
    """Return a plain button."""
    element = text(label, f"btn {classes}", "button", type="button", **attributes)
    element.on("click", lambda _: on_click())
    return element


class Text(TextElement):
    """Text in a tag of one's choice; the browser gets it as text, never as HTML."""

    def __init__(self, tag: str, content: str) -> None:
        """Show `content` in a `tag`."""
        super().__init__(tag=tag, text=content)

    def enable(self, *, enabled: bool) -> None:
        """Enable or disable a button."""
        if enabled:
            self.props.pop("disabled", None)
        else:
            self.props["disabled"] = True
        self.update()
