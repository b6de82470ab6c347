"""Choosing an article: type a part of it, take one of those that are found."""

from __future__ import annotations

from nicegui import events, ui

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item, Kind
from knowledge_base.studio.theme import box, button, text
from knowledge_base.studio.visit import Visit

_SHOWN = 8


async def pick_article(visit: Visit, first: str = "") -> str | None:
    """Ask for an article, `first` (an id) being offered first; None when none was chosen."""
    labels, catalogue = visit.labels, visit.studio.catalogue

    with ui.dialog() as dialog, box("dialog", role="dialog", aria_label=labels("pick_article")):
        text(labels("pick_article"), tag="h2")
        field = ui.input(placeholder=labels("search_hint"))
        field.props("outlined dense autofocus debounce=200").classes("line")
        field.props["data-testid"] = "pick-search"
        field.props["aria-label"] = labels("search")
        found = box("stack")
        with box("buttons"):
            button(labels("cancel"), dialog.close, "ghost")

    def show(items: list[Item]) -> None:
        found.clear()
        with found:
            for item in items[:_SHOWN]:
                _offer(dialog, item)
            if not items:
                text(labels("nothing_found"), "muted")

    async def search(event: events.ValueChangeEventArguments[str | None]) -> None:
        query = Filter(text=event.value or "")
        show(await visit.run(lambda _: catalogue.items(query)))

    field.on_value_change(search)
    if first:
        show([await visit.run(lambda _: catalogue.item(Kind.ARTICLE, first))])
    answer = await dialog
    dialog.delete()
    return None if answer is None else str(answer)


def _offer(dialog: ui.dialog, item: Item) -> None:
    title = str(item.shown.content.get("title") or item.id)
    button(title, lambda: dialog.submit(item.id), "small", data_testid="pick")
