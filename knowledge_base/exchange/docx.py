"""Word documents by their headings, through python-docx."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml.ns import qn

from knowledge_base.exchange.clean import allowed_link
from knowledge_base.exchange.heading import Section, collect, level_of_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from knowledge_base.exchange.document import Collector

MAIN = "word/document.xml"
_HEADING = re.compile(r"(?:heading|标题)\s*(?P<level>[1-9])", re.IGNORECASE)
_TITLE = {"title", "标题"}
_LEFT_OUT = {
    qn("w:drawing"): "a picture or drawing is left out",
    qn("w:pict"): "a picture or drawing is left out",
    qn("w:object"): "an embedded object is left out",
    qn("w:footnoteReference"): "a footnote is left out",
    qn("w:endnoteReference"): "an endnote is left out",
}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}


def read_docx(path: Path, into: Collector, progress: Callable[[float], None]) -> None:
    """Make a draft of each heading with text below it.

    Headings are known by style or outline level; in a document without any, by their numbers
    (1.2, 第三章).
    """
    word = _Word(Document(str(path)), into)
    blocks = list(word.document.element.body)
    if not any(word.level(block) for block in blocks if block.tag == qn("w:p")):
        word.by_number = True
    sections = [Section("", 1, 0)]
    for number, block in enumerate(blocks, 1):
        word.take(block, number, sections)
        if number % 200 == 0:
            progress(number / len(blocks) * 0.9)
    collect(sections, into)


class _Word:
    """A document with what is needed to understand its paragraphs: styles, lists, links."""

    def __init__(self, document: Any, into: Collector) -> None:
        self.document = document
        self.into = into
        self.by_number = False
        self._styles = {style.style_id: style for style in document.styles}
        self._formats = _list_formats(document)

    def take(self, block: Any, number: int, sections: list[Section]) -> None:
        """Add one paragraph or table to the sections."""
        for element in block.iter(*_LEFT_OUT):
            self.into.skip(number, "body", _LEFT_OUT[element.tag])
        if block.tag == qn("w:tbl"):
            sections[-1].lines += ["", *self._table(block), ""]
        elif block.tag == qn("w:p"):
            text = self._text(block).strip()
            level = self.level(block) or (level_of_number(text) if self.by_number else 0)
            if level and text:
                sections.append(Section(" ".join(text.split()), level, number))
            elif text and not self._is_title(block):
                sections[-1].lines.append(self._line(block, text))
        elif block.tag == qn("w:sdt"):
            for inner in block.iterfind(f"{qn('w:sdtContent')}/*"):
                self.take(inner, number, sections)

    def level(self, paragraph: Any) -> int:
        """Return the heading level of a paragraph, 1 to 9; 0 for text."""
        for element in self._chain(paragraph):
            outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None:
                value = int(outline.get(qn("w:val")))
                return value + 1 if 0 <= value < 9 else 0  # noqa: PLR2004  -- 9 is body text
            name = element.find(qn("w:name"))
            match = _HEADING.fullmatch(name.get(qn("w:val"), "")) if name is not None else None
            if match:
                return int(match["level"])
        return 0

    def _is_title(self, paragraph: Any) -> bool:
        names = (element.find(qn("w:name")) for element in self._chain(paragraph))
        return any(n is not None and n.get(qn("w:val"), "").lower() in _TITLE for n in names)

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        """The paragraph, its style, and the styles that one is based on."""
        yield paragraph
        seen: set[str] = set()
        key = paragraph.style
        while key and key in self._styles and key not in seen:
            seen.add(key)
            style = self._styles[key].element
            yield style
            based = style.find(qn("w:basedOn"))
            key = based.get(qn("w:val")) if based is not None else None

    def _line(self, paragraph: Any, text: str) -> str:
        for element in self._chain(paragraph):
            properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            number = properties.find(qn("w:numId")) if properties is not None else None
            if number is None:
                continue
            depth = properties.find(qn("w:ilvl"))
            level = depth.get(qn("w:val")) if depth is not None else "0"
            form = self._formats.get((number.get(qn("w:val")), level), "bullet")
            mark = "-" if form in {"bullet", "none"} else "1."
            return f"{'   ' * int(level)}{mark} {' '.join(text.split())}"
        return f"{text}\n"

    def _text(self, element: Any) -> str:
        """Visible text; deleted text of tracked changes and text boxes are not part of it."""
        parts = []
        for child in element:
            if child.tag == qn("w:t"):
                parts.append(child.text or "")
            elif child.tag in _BREAKS:
                parts.append(_BREAKS[child.tag])
            elif child.tag == qn("w:hyperlink"):
                parts.append(self._link(child))
            elif child.tag in {qn("w:r"), qn("w:ins"), qn("w:smartTag"), qn("w:fldSimple")}:
                parts.append(self._text(child))
            elif child.tag == qn("w:sdt"):
                parts += [self._text(inner) for inner in child.iterfind(qn("w:sdtContent"))]
        return "".join(parts)

    def _link(self, link: Any) -> str:
        text = self._text(link)
        relation = self.document.part.rels.get(link.get(qn("r:id"), ""))
        url = relation.target_ref if relation is not None and relation.is_external else ""
        return f"[{text}]({url})" if text and allowed_link(url) else text

    def _table(self, table: Any) -> list[str]:
        rows = [
            [self._cell(cell) for cell in row.iterfind(qn("w:tc"))]
            for row in table.iterfind(qn("w:tr"))
        ]
        return markdown_table(rows)

    def _cell(self, cell: Any) -> str:
        texts = (self._text(paragraph).strip() for paragraph in cell.iter(qn("w:p")))
        return " ".join(text for text in texts if text)


def markdown_table(rows: list[list[str]]) -> list[str]:
    """Return a Markdown table, first row as head; short rows are filled up."""
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    lines = []
    for row in rows:
        cells = (" ".join(cell.replace("|", "\\|").split()) for cell in row)
        lines.append("| " + " | ".join([*cells, *[""] * (width - len(row))]) + " |")
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def _list_formats(document: Any) -> dict[tuple[str, str], str]:
    """Return (list number, depth) → format, such as `bullet` or `decimal`."""
    root = next(
        (
            rel.target_part.element
            for rel in document.part.rels.values()
            if rel.reltype.endswith("/numbering")
        ),
        None,
    )
    if root is None:
        return {}
    kinds = {kind.get(qn("w:abstractNumId")): kind for kind in root.iterfind(qn("w:abstractNum"))}
    found: dict[tuple[str, str], str] = {}
    for number in root.iterfind(qn("w:num")):
        key = number.get(qn("w:numId"))
        kind = kinds.get(number.find(qn("w:abstractNumId")).get(qn("w:val")))
        for level in kind.iterfind(qn("w:lvl")) if kind is not None else ():
            form = level.find(qn("w:numFmt"))
            if form is not None:
                found[key, level.get(qn("w:ilvl"))] = form.get(qn("w:val"))
    return found
