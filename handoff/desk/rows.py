"""A list on the page that changes without being rebuilt: the keyboard's focus stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

from nicegui import ui

Item_contra = TypeVar("Item_contra", contravariant=True)
Thing = TypeVar("Thing")


class Row(Protocol[Item_contra]):
    """One row: its element, and how it follows its item."""

    element: ui.element

    def update(self, item: Item_contra) -> None:
        """Show what the item is now."""


class Rows(Generic[Thing]):
    """Keeps a container's children in step with a sequence of items."""

    def __init__(
        self,
        container: ui.element,
        key: Callable[[Thing], Hashable],
        build: Callable[[Thing], Row[Thing]],
    ) -> None:
        """Build a row for each new key, delete those whose key is gone."""
        self._container = container
        self._key = key
        self._build = build
        self._rows: dict[Hashable, Row[Thing]] = {}

    def sync(self, items: Sequence[Thing]) -> None:
        """Show exactly these items, in this order."""
        wanted = {self._key(item): item for item in items}
        for key in self._rows.keys() - wanted.keys():
            self._rows.pop(key).element.delete()
        for key, item in wanted.items():
            if key not in self._rows:
                with self._container:
                    self._rows[key] = self._build(item)
            self._rows[key].update(item)
        self._order([self._rows[key].element for key in wanted])

    def _order(self, elements: list[ui.element]) -> None:
        shown = self._container.default_slot.children
        for index, element in enumerate(elements):
            if shown[index] is not element:
                element.move(self._container, index)
