"""Two people saved the same draft: both texts side by side, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from knowledge_base.catalogue.revision import Revision
from knowledge_base.studio.diff_view import as_text, words
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.merge import merge
from knowledge_base.studio.theme import Text, box, button, text


class ConflictView:
    """Stands above the form while the own text and another's differ."""

    def __init__(
        self,
        labels: Labels,
        name_of: Callable[[str], str],
        on_choose: Callable[[str, Any], None],
    ) -> None:
        """Build it, hidden, inside the current element."""
        self._labels = labels
        self._name_of = name_of
        self._on_choose = on_choose
        self._box = box("conflict", role="alert", data_testid="conflict")
        self.hide()

    def hide(self) -> None:
        """Take it away."""
        self._box.clear()
        self._box.set_visibility(False)

    @property
    def shown(self) -> bool:
        """Whether it stands there."""
        return bool(self._box.visible)

    def show(
        self, base: Mapping[str, Any], mine: Mapping[str, Any], current: Revision
    ) -> dict[str, Any]:
        """Show where both differ; returns the merged content, the own text where both changed."""
        merged = merge(base, mine, current.content)
        who = self._name_of(current.authors[-1])
        self._box.clear()
        self._box.set_visibility(True)
        with self._box:
            text(self._labels("conflict", who=who), tag="h2")
            if merged.taken:
                names = "、".join(self._labels.of("fields", name) for name in merged.taken)
                text(self._labels("conflict_taken", fields=names), data_testid="taken")
            hint = "conflict_choose" if merged.conflicts else "conflict_check"
            text(self._labels(hint), "muted")
            for name in merged.conflicts:
                self._field(name, mine.get(name), current.content.get(name), who)
        return merged.content

    def _field(self, name: str, mine: Any, theirs: Any, who: str) -> None:
        labels = self._labels
        with box("clash", data_field=name, data_testid="clash"):
            text(labels.of("fields", name), "name")
            with box("sides"):
                own = self._side(labels("mine"), as_text(mine))
                other = self._side(labels("theirs", who=who), as_text(theirs))
            with box("difference"):
                text(labels("difference"), "small muted")
                words(as_text(theirs), as_text(mine))
            with box("buttons"):
                for key, chosen, side, rest in (
                    ("take_mine", mine, own, other),
                    ("take_theirs", theirs, other, own),
                ):
                    self._chooser(key, name, chosen, (side, rest))

    def _chooser(self, key: str, name: str, value: Any, sides: tuple[Text, Text]) -> None:
        def choose() -> None:
            chosen, other = sides
            chosen.classes(add="chosen")
            other.classes(remove="chosen")
            self._on_choose(name, value)

        button(self._labels(key), choose, "small", data_testid=key)

    def _side(self, title: str, content: str) -> Text:
        with box("side-of"):
            text(title, "small muted")
            return text(content or "—", "said")
