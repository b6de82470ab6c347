"""The fields of a form: a label, an input, what is wrong with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from nicegui import ui

from knowledge_base.studio.labels import Labels
from knowledge_base.studio.theme import Choice, Ticks, box, text


class Field(ABC):
    """One field: shows its name, holds its value as the content keeps it."""

    def __init__(self, name: str, labels: Labels, classes: str = "") -> None:
        """Build the frame of the field inside the current element."""
        self.name = name
        self._labels = labels
        with box(f"field {classes}", data_field=name) as self.box:
            with box("field-head"):
                text(labels.of("fields", name), "name", tag="label", for_=f"field-{name}")
                hint = labels.names["hints"].get(name, "")
                text(hint, "hint", tag="span")
            self.inner = box("inner")
            self._wrong = text("", "wrong", role="alert", data_testid=f"wrong-{name}")
            self._wrong.set_visibility(False)

    def wrong(self, messages: list[str]) -> None:
        """Show what is wrong with it, or nothing."""
        self._wrong.set_text("；".join(messages))
        self._wrong.set_visibility(bool(messages))

    @property
    @abstractmethod
    def value(self) -> Any:
        """What stands in the field."""

    @abstractmethod
    def fill(self, value: Any) -> None:
        """Put a value into the field."""

    @abstractmethod
    def enable(self, *, enabled: bool) -> None:
        """Let it be written in, or not."""


class LineField(Field):
    """One line of text, or a day."""

    def __init__(
        self, name: str, labels: Labels, on_change: Callable[[], Any], kind: str = "text"
    ) -> None:
        """Build it; `kind` is an HTML input type."""
        super().__init__(name, labels, "short" if kind == "date" else "")
        with self.inner:
            self._input = ui.input()
            self._input.props("outlined dense hide-bottom-space").classes("line")
            self._input.props["type"] = kind
            self._input.props["for"] = f"field-{name}"
            self._input.props["data-testid"] = f"field-{name}"
            self._input.on_value_change(lambda _: on_change())

    @property
    def value(self) -> str:
        """The text without blanks around it."""
        return str(self._input.value or "").strip()

    def fill(self, value: Any) -> None:
        """Put a text into the field."""
        self._input.value = str(value or "")

    def enable(self, *, enabled: bool) -> None:
        """Let it be written in, or not."""
        _readonly(self._input, readonly=not enabled)

    def offer(self, texts: list[str]) -> None:
        """Offer texts while typing."""
        with self.inner, box("", "datalist", id=f"known-{self.name}"):
            for known in texts:
                box("", "option", value=known)
        self._input.props["list"] = f"known-{self.name}"
        self._input.update()

    def take_focus(self) -> None:
        """Have the cursor in it when the page opens."""
        self._input.props["autofocus"] = True


class TextField(Field):
    """Several lines; as `lines`, the value is a list with one entry a line."""

    def __init__(
        self,
        name: str,
        labels: Labels,
        on_change: Callable[[], Any],
        *,
        lines: bool = False,
    ) -> None:
        """Build it."""
        super().__init__(name, labels, "lines" if lines else "prose")
        self._lines = lines
        with self.inner:
            self._input = ui.textarea()
            self._input.props("outlined dense autogrow hide-bottom-space").classes("area")
            self._input.props["for"] = f"field-{name}"
            self._input.props["data-testid"] = f"field-{name}"
            self._input.on_value_change(lambda _: on_change())

    @property
    def value(self) -> Any:
        """The text, or its lines that are not empty."""
        written = str(self._input.value or "")
        if not self._lines:
            return written.strip()
        return [line.strip() for line in written.splitlines() if line.strip()]

    def fill(self, value: Any) -> None:
        """Put a text or lines into the field."""
        self._input.value = "\n".join(value or ()) if self._lines else str(value or "")

    def enable(self, *, enabled: bool) -> None:
        """Let it be written in, or not."""
        _readonly(self._input, readonly=not enabled)


class ChoiceField(Field):
    """One of a few codes."""

    def __init__(
        self, name: str, labels: Labels, on_change: Callable[[], Any], options: dict[str, str]
    ) -> None:
        """Offer `options` (code → name)."""
        super().__init__(name, labels, "short")
        self._options = options
        self._on_change = on_change
        self._enabled = True
        self._choice = self._build(next(iter(options)))

    def _build(self, value: str) -> Choice:
        self.inner.clear()
        with self.inner:
            choice = Choice(
                self._options,
                value,
                lambda _: self._on_change(),
                id=f"field-{self.name}",
                data_testid=f"field-{self.name}",
            )
        if not self._enabled:
            choice.element.props["disabled"] = True
        return choice

    @property
    def value(self) -> str:
        """The chosen code."""
        return self._choice.value

    def fill(self, value: Any) -> None:
        """Choose a code; the field is left alone when nothing changes: it may have the focus."""
        code = str(value or next(iter(self._options)))
        if code != self.value:
            self._choice = self._build(code)

    def enable(self, *, enabled: bool) -> None:
        """Let it be changed, or not."""
        if enabled == self._enabled:
            return
        self._enabled = enabled
        self._choice = self._build(self._choice.value)


class TicksField(Field):
    """Any of a few codes."""

    def __init__(
        self, name: str, labels: Labels, on_change: Callable[[], Any], options: dict[str, str]
    ) -> None:
        """Offer `options` (code → name)."""
        super().__init__(name, labels)
        self._options = options
        self._on_change = on_change
        self._enabled = True
        self._ticks = self._build(frozenset())

    def _build(self, chosen: frozenset[str]) -> Ticks:
        self.inner.clear()
        with self.inner:
            ticks = Ticks(self._options, chosen, self._on_change, f"field-{self.name}")
        if not self._enabled:
            ticks.element.props["inert"] = True
            ticks.element.classes(add="off")
        return ticks

    @property
    def value(self) -> list[str]:
        """The chosen codes in the order they are offered."""
        return [code for code in self._options if code in self._ticks.chosen]

    def fill(self, value: Any) -> None:
        """Choose codes; see `ChoiceField.fill`."""
        if self._ticks.chosen != set(value or ()):
            self._ticks = self._build(frozenset(value or ()))

    def enable(self, *, enabled: bool) -> None:
        """Let it be changed, or not."""
        if enabled == self._enabled:
            return
        self._enabled = enabled
        self._ticks = self._build(frozenset(self._ticks.chosen))


def _readonly(element: ui.element, *, readonly: bool) -> None:
    """Text that may not be changed can still be read, marked and copied."""
    element.props["readonly"] = readonly
    element.update()
