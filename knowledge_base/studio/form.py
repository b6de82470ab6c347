"""The forms of the kinds of items: what an article, a named value and a notice consist of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from knowledge_base.catalogue.revision import Kind
from knowledge_base.errors import Problem
from knowledge_base.studio.fields import ChoiceField, Field, LineField, TextField, TicksField
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.theme import Choice, box, text
from knowledge_base.studio.visit import Visit

OFFERED = ("topic", "owner")
NO_END = "9999-12-31"


class Form:
    """The fields of one item; `content` is what the catalogue keeps."""

    def __init__(self, visit: Visit, on_change: Callable[[], Any]) -> None:
        """Build the fields inside the current element."""
        self._visit = visit
        self._labels: Labels = visit.labels
        self._changed = on_change
        self._filling = False
        self._rest: dict[str, Any] = {}
        self.fields: dict[str, Field] = {field.name: field for field in self._build()}

    def _build(self) -> Iterable[Field]:
        raise NotImplementedError

    def on_change(self) -> None:
        """Pass on what a person changed; filling the form is no change."""
        if not self._filling:
            self._changed()

    @property
    def content(self) -> dict[str, Any]:
        """Everything in the form, and what the form does not show."""
        return self._rest | {name: field.value for name, field in self.fields.items()}

    def fill(self, content: Mapping[str, Any]) -> None:
        """Put a content into the fields."""
        self._rest = {name: value for name, value in content.items() if name not in self.fields}
        self._filling = True
        try:
            for name, field in self.fields.items():
                field.fill(content.get(name))
        finally:
            self._filling = False

    def set(self, name: str, value: Any) -> None:
        """Put a value into one field."""
        if name in self.fields:
            self.fields[name].fill(value)
        else:
            self._rest[name] = value

    def enable(self, *, enabled: bool) -> None:
        """Let it be written in, or not."""
        for field in self.fields.values():
            field.enable(enabled=enabled)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show each problem under its field."""
        for name, field in self.fields.items():
            own = [p for p in problems if p.field.partition(".")[0] == name]
            field.wrong([problem_text(self._labels, problem) for problem in own])


class ArticleForm(Form):
    """An article: how it is asked, what is answered, its papers."""

    def _build(self) -> Iterable[Field]:
        labels, change = self._labels, self.on_change
        yield LineField("title", labels, change)
        yield TextField("questions", labels, change, lines=True)
        yield TextField("checks", labels, change, lines=True)
        body = TextField("body", labels, change)
        yield body
        with body.inner:
            self._picker = box("picker")
        yield TicksField("categories", labels, change, self._visit.tags)
        with box("pair"):
            for name in OFFERED:
                yield LineField(name, labels, change)
        yield LineField("source", labels, change)
        with box("pair three"):
            yield ChoiceField("audience", labels, change, labels.names["audience"])
            yield ChoiceField("citation_status", labels, change, labels.names["citation_status"])
        with box("pair three"):
            for name in ("effective", "expires", "review"):
                yield LineField(name, labels, change, "date")

    def offer_known(self, contents: Iterable[Mapping[str, Any]]) -> None:
        """Offer what other articles have as topic and owner; anything else may be typed."""
        known = list(contents)
        for name in OFFERED:
            field = self.fields[name]
            if isinstance(field, LineField):
                field.offer(sorted({str(content.get(name) or "") for content in known} - {""}))

    def offer_values(self, values: Mapping[str, str]) -> None:
        """Offer named values (name → what it says) to be put where the cursor is."""
        self._picker.clear()
        labels = self._labels
        with self._picker:
            offered = {"": labels("pick_value")} | {
                name: f"{{{{{name}}}}} · {meaning}" for name, meaning in values.items()
            }
            picker = Choice(offered, "", lambda _: None, data_testid="pick-value")
            picker.element.props["aria-label"] = labels("pick_value")
            picker.element.on("change", js_handler=_PICKED)
            text(labels("markdown_hint"), "hint", tag="span")

    @property
    def content(self) -> dict[str, Any]:
        """Everything in the form; an article without an end keeps its far end."""
        content = super().content
        return content | {"expires": content["expires"] or NO_END}

    def fill(self, content: Mapping[str, Any]) -> None:
        """Put a content into the fields."""
        end = content.get("expires")
        super().fill(dict(content) | {"expires": "" if end == NO_END else end})

    def enable(self, *, enabled: bool) -> None:
        """Let it be written in, or not."""
        super().enable(enabled=enabled)
        self._picker.set_visibility(enabled)


class ValueForm(Form):
    """A named value: what it says, what it means, where it comes from."""

    def _build(self) -> Iterable[Field]:
        labels, change = self._labels, self.on_change
        yield LineField("value", labels, change)
        yield LineField("meaning", labels, change)
        yield LineField("source", labels, change)
        yield LineField("review", labels, change, "date")


class NoticeForm(Form):
    """A notice: its exact words, for which categories, from when on, what proves it."""

    def _build(self) -> Iterable[Field]:
        labels, change = self._labels, self.on_change
        yield LineField("title", labels, change)
        yield TextField("text", labels, change)
        yield TicksField("categories", labels, change, dict(self._visit.shared.categories))
        with box("pair three"):
            yield LineField("version", labels, change)
            for name in ("effective", "review"):
                yield LineField(name, labels, change, "date")
        yield LineField("source", labels, change)
        with box("pair three"):
            yield ChoiceField("source_status", labels, change, labels.names["source_status"])
            yield ChoiceField("acknowledgement", labels, change, labels.names["acknowledgement"])
            yield LineField("confirm", labels, change)
        yield LineField("renew_after_days", labels, change, "number")


FORMS: dict[Kind, type[Form]] = {
    Kind.ARTICLE: ArticleForm,
    Kind.VALUE: ValueForm,
    Kind.NOTICE: NoticeForm,
}

_PICKED = """(event) => {
  if (event.target.value) studioInsert('field-body', `{{${event.target.value}}}`);
  event.target.value = '';
}"""


def problem_text(labels: Labels, problem: Problem) -> str:
    """Return a problem in words; what has no words keeps those of the checker."""
    code = getattr(problem, "code", "")
    words = labels.names["faults"].get(code)
    if words is None:
        return problem.message
    return words.format(detail=getattr(problem, "detail", ""))


def empty(kind: Kind) -> dict[str, Any]:
    """Return what a new item's form begins with."""
    if kind is Kind.VALUE:
        return {}
    if kind is Kind.NOTICE:
        return {"categories": [], "source_status": "memory", "acknowledgement": "none"}
    return {
        "audience": "customer",
        "citation_status": "internal",
        "questions": [],
        "categories": [],
    }
