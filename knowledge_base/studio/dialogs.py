"""Small questions asked over the page."""

from __future__ import annotations

from nicegui import ui

from knowledge_base.studio.labels import Labels
from knowledge_base.studio.theme import Deed, box, button, text


async def ask(labels: Labels, title: str, *, hint: str = "", needed: bool = True) -> str | None:
    """Ask for a reason; None when the person changed their mind.

    `needed`: an empty reason is no answer.
    """
    with ui.dialog() as dialog, box("dialog", role="dialog", aria_label=title):
        text(title, tag="h2")
        field = ui.textarea(placeholder=hint).props("outlined dense autogrow autofocus")
        field.classes("area")
        field.props["data-testid"] = "reason"
        field.props["aria-label"] = title
        missing = text(labels("reason_needed"), "wrong", role="alert")
        missing.set_visibility(False)

        def done() -> None:
            written = str(field.value or "").strip()
            missing.set_visibility(needed and not written)
            if written or not needed:
                dialog.submit(written)

        _buttons(labels, dialog, done)
    return await _answer(dialog)


async def ask_day(labels: Labels, title: str, hint: str) -> str | None:
    """Ask for a day; "" when none was chosen, None when the person changed their mind."""
    with ui.dialog() as dialog, box("dialog", role="dialog", aria_label=title):
        text(title, tag="h2")
        text(hint, "muted")
        field = ui.input().props("outlined dense autofocus").classes("line")
        field.props["type"] = "date"
        field.props["data-testid"] = "day"
        field.props["aria-label"] = title
        _buttons(labels, dialog, lambda: dialog.submit(str(field.value or "")))
    return await _answer(dialog)


async def confirm(labels: Labels, title: str, explained: str = "") -> bool:
    """Ask whether it is meant."""
    with ui.dialog() as dialog, box("dialog", role="alertdialog", aria_label=title):
        text(title, tag="h2")
        if explained:
            text(explained, "muted")
        _buttons(labels, dialog, lambda: dialog.submit("yes"))
    return await _answer(dialog) is not None


def _buttons(labels: Labels, dialog: ui.dialog, done: Deed) -> None:
    with box("buttons"):
        button(labels("cancel"), dialog.close, "ghost", data_testid="cancel")
        button(labels("confirm"), done, "primary", data_testid="confirm")


async def _answer(dialog: ui.dialog) -> str | None:
    answer = await dialog
    dialog.delete()
    return None if answer is None else str(answer)
