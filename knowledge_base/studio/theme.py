"""How the studio looks: one style sheet of our own, and small builders for plain elements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from nicegui import app, ui
from nicegui.elements.mixins.text_element import TextElement

STATIC = Path(__file__).parent / "static"
MOUNT = "/studio/static"

Deed = Callable[[], Awaitable[None] | None]


def serve_static() -> None:
    """Serve style sheet and script beside the pages."""
    app.add_static_files(MOUNT, STATIC)


def dress(title: str) -> None:
    """Give the page its title, style sheet and script."""
    ui.page_title(title)
    ui.add_head_html(
        f'<link rel="stylesheet" href="{MOUNT}/studio.css">'
        f'<script src="{MOUNT}/studio.js" defer></script>'
    )


def box(classes: str = "", tag: str = "div", **attributes: str) -> ui.element:
    """Return an element with classes and attributes; `data_testid` becomes `data-testid`."""
    element = ui.element(tag).classes(classes)
    _attributes(element, attributes)
    return element


def text(content: str, classes: str = "", tag: str = "div", **attributes: str) -> Text:
    """Return an element that shows text; the text is never read as HTML."""
    element = Text(tag, content)
    element.classes(classes)
    _attributes(element, attributes)
    return element


def link(content: str, target: str, classes: str = "", **attributes: str) -> Text:
    """Return a link to a page of ours."""
    return text(content, classes, "a", href=target, **attributes)


def button(label: str, on_click: Deed, classes: str = "", **attributes: str) -> Text:
    """Return a plain button."""
    element = text(label, f"btn {classes}", "button", type="button", **attributes)
    element.on("click", lambda _: on_click())
    return element


def _attributes(element: ui.element, attributes: Mapping[str, str]) -> None:
    for name, value in attributes.items():
        element.props[name.strip("_").replace("_", "-")] = value


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


class Choice:
    """A native select: quick to build, and any keyboard or screen reader can use it."""

    def __init__(
        self,
        options: Mapping[str, str],
        value: str,
        on_change: Callable[[str], Any],
        **attributes: str,
    ) -> None:
        """Offer `options` (value → name); an unknown value is offered under its own name."""
        self.value = value
        self._on_change = on_change
        self.element = box("choice", "select", **attributes)
        with self.element:
            known = dict(options) if value in options else {value: value, **options}
            for code, name in known.items():
                option = text(name, tag="option", value=code)
                if code == value:
                    option.props["selected"] = True
        self.element.on("change", self._changed, js_handler="(e) => emit(e.target.value)")

    def _changed(self, event: Any) -> Any:
        self.value = str(event.args or "")
        return self._on_change(self.value)


class Ticks:
    """Native check boxes for a few values of which any may be chosen."""

    def __init__(
        self,
        options: Mapping[str, str],
        chosen: frozenset[str],
        on_change: Callable[[], Any],
        testid: str,
    ) -> None:
        """Offer `options` (value → name)."""
        self.chosen = set(chosen)
        self._on_change = on_change
        self.element = box("ticks", data_testid=testid)
        with self.element:
            for code, name in options.items():
                with box("tick", "label"):
                    tick = box("", "input", type="checkbox", value=code)
                    if code in chosen:
                        tick.props["checked"] = True
                    tick.on("change", self._changed, js_handler=_TICKED)
                    text(name, tag="span")

    def _changed(self, event: Any) -> Any:
        code, ticked = event.args
        (self.chosen.add if ticked else self.chosen.discard)(str(code))
        return self._on_change()


_TICKED = "(e) => emit([e.target.value, e.target.checked])"
