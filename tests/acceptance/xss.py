"""The corpus of texts that try to run, and a watch on a page that nothing of it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from playwright.sync_api import BrowserContext, Page

CORPUS = Path(__file__).with_name("xss.yml")
_ABOUT = {"sources", "review"}
# Elements and attributes that only a payload can have brought: ours never name fired.
_MADE = r"""() => {
  const address = /^(src|href|xlink:href|data|action|formaction|content)$/i;
  const scheme = /(javascript|vbscript|data):/i;
  const ours = /fired|ZmlyZWQ|PHNjcmlwdD5/;
  const all = (root) => [...root.querySelectorAll('*')].flatMap(
    (element) => [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
  const runs = ({ name, value }) => ours.test(value) && (/^(on|srcdoc$)/i.test(name) ||
    (address.test(name) && scheme.test(value.replace(/[\x00-\x20]/g, ''))));
  // The staff pages' own first script holds all their texts, as a string.
  const quotes = (script) => script.textContent.includes('createApp(parseElements(String.raw`');
  return all(document).filter((element) =>
    (element.localName === 'script' && ours.test(element.textContent) && !quotes(element)) ||
    [...element.attributes].some(runs)).map((element) => element.outerHTML.slice(0, 200));
}"""


def payloads() -> list[str]:
    """Return the texts of the corpus, in its order."""
    classes = yaml.safe_load(CORPUS.read_text("utf-8"))
    return [text for name, texts in classes.items() if name not in _ABOUT for text in texts]


@dataclass
class Watch:
    """What ran in the pages of a browser's context."""

    ran: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch the context's pages, those that are opened later too."""
        context.expose_binding("fired", lambda source: self.ran.append(source["page"].url))
        for page in context.pages:
            self.dialogs(page)
        context.on("page", self.dialogs)

    def dialogs(self, page: Page) -> None:
        """Count a window that a script opens as run."""

        def opened(dialog: object) -> None:
            self.ran.append(str(dialog))

        page.on("dialog", opened)

    def silent(self, page: Page) -> None:
        """Fail if anything ran, or became an element or an address that could."""
        for frame in page.frames:
            made = frame.evaluate(_MADE)
            assert made == [], made
        # Whatever was to run by itself has run once the page has drawn twice.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert self.ran == []
