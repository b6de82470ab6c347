"""A plain list to choose from; the browser's own, so keyboard and screen reader know it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import events

from handoff.desk.theme import box, text


class Choice:
    """Shows labelled values; `on_choose` gets the value that was chosen."""

    def __init__(
        self,
        on_choose: Callable[[str], Awaitable[None]] | None = None,
        classes: str = "",
        **attributes: str,
    ) -> None:
        """Build it, without options, inside the current element."""
        self.value = ""
        self._options: dict[str, str] = {}
        self._on_choose = on_choose
        self.element = box(f"choice {classes}", "select", **attributes)
        self.element.on("change", self._changed, js_handler="(event) => emit(event.target.value)")

    def offer(self, options: Mapping[str, str], value: str = "") -> None:
        """Offer options by value; what was chosen before stays if it is still there."""
        if dict(options) == self._options and value in {"", self.value}:
            return
        self._options = dict(options)
        self.value = value or (self.value if self.value in options else next(iter(options), ""))
        self.element.clear()
        with self.element:
            for code, label in options.items():
                option = text(label, tag="option", value=code)
                if code == self.value:
                    option.props["selected"] = True

    def show(self, value: str) -> None:
        """Show another value as chosen, if it is among the options."""
        if value in self._options and value != self.value:
            self.offer(self._options, value)

    async def _changed(self, event: events.GenericEventArguments) -> None:
        chosen = str(event.args or "")
        if chosen in self._options:
            self.value = chosen
            if self._on_choose:
                await self._on_choose(chosen)
