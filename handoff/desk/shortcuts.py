"""The desk by keyboard. Alt and a letter: what is being written is never taken for a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import events, ui

HINT = (
    "Alt+N 领取下一位 · Alt+A 接入 · Alt+↑/↓ 切换会话 · Alt+B 内部备注 · Alt+T 转接"
    " · Alt+R 交还机器人 · Alt+X 结束会话"
)
_LISTENED = """(event) => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
    if (CODES.includes(event.code)) { event.preventDefault(); emit(event.code); }
  }
}"""


class Shortcuts:
    """Calls a deed for Alt and a key; keys are told by their place: a layout may move letters."""

    def __init__(self, deeds: Mapping[str, Callable[[], Awaitable[None] | None]]) -> None:
        """Listen on the whole page; `deeds` by `KeyboardEvent.code`."""
        self._deeds = deeds
        codes = "[" + ",".join(f"'{code}'" for code in deeds) + "]"
        ui.on("desk_key", self._pressed)
        ui.add_body_html(
            "<script>document.addEventListener('keydown', ("
            + _LISTENED.replace("CODES", codes).replace("emit(", "emitEvent('desk_key', ")
            + "));</script>"
        )

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        if deed := self._deeds.get(str(event.args)):
            done = deed()
            if done is not None:
                await done
