"""Words of Chinese text, by jieba with the finance dictionary.

jieba keeps its prefix dictionary in a cache file, so it needs a directory it may write to; the
default is the temporary directory. The first call reads dictionaries (about a second without the
cache file, a tenth of a second with it), later ones cut.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jieba

FINANCE_DICTIONARY = Path(__file__).parent / "data" / "finance_dict.txt"


class Segmenter:
    """A jieba tokenizer of our own: the process-wide one may be changed by anybody."""

    def __init__(
        self,
        *,
        cache_dir: Path | None = None,
        dictionary: Path = FINANCE_DICTIONARY,
    ) -> None:
        """Prepare; nothing is read before the first use.

        `cache_dir` is where jieba may write its cache file, `dictionary` the terms that are
        added to jieba's own (`word frequency tag`, one a line).
        """
        self._cache_dir = cache_dir
        self._dictionary = dictionary
        self._tokenizer: jieba.Tokenizer | None = None
        self._lock = threading.Lock()

    def words(self, text: str) -> list[str]:
        """Return the words of `text` in order, blanks left out; pass normalised text."""
        return [word for word, _, _ in self.placed_words(text)]

    def placed_words(self, text: str) -> list[tuple[str, int, int]]:
        """Return `(word, start, end)` for each word, offsets into `text`, blanks left out."""
        placed: list[tuple[str, int, int]] = []
        start = 0
        for word in self._ready().cut(text):
            end = start + len(word)
            if not word.isspace():
                placed.append((word, start, end))
            start = end
        return placed

    def _ready(self) -> jieba.Tokenizer:
        tokenizer = self._tokenizer
        if tokenizer is None:
            with self._lock:
                tokenizer = self._tokenizer
                if tokenizer is None:
                    tokenizer = self._tokenizer = self._load()
        return tokenizer

    def _load(self) -> jieba.Tokenizer:
        with warnings.catch_warnings():
            # jieba 0.42 is old: invalid escapes, pkg_resources; none of it is ours to mend.
            warnings.simplefilter("ignore")
            import jieba  # noqa: PLC0415 - costs 0.2 s, and its warnings must be caught
        logging.getLogger("jieba").setLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        directory = self._cache_dir or Path(tempfile.gettempdir()) / f"yinqiao-{os.getuid()}"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(directory)
        # jieba's default name is shared by every user of the machine.
        tokenizer.cache_file = f"yinqiao-jieba-{_stamp(Path(jieba.__file__))}.cache"
        tokenizer.initialize()
        with self._dictionary.open("rb") as lines:
            tokenizer.load_userdict(lines)
        return tokenizer


def _stamp(package: Path) -> str:
    dictionary = package.with_name("dict.txt")
    size = dictionary.stat().st_size
    return hashlib.sha256(f"{dictionary}\0{size}".encode()).hexdigest()[:12]


_default = Segmenter()


def use_cache_dir(directory: Path) -> None:
    """Make the module's functions keep jieba's cache file in `directory`, from now on."""
    global _default  # noqa: PLW0603 - the one setting of a module that is its own default object
    _default = Segmenter(cache_dir=directory)


def words(text: str) -> list[str]:
    """Return the words of `text`, cut by the default segmenter."""
    return _default.words(text)


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """Return `(word, start, end)` for each word of `text`, cut by the default segmenter."""
    return _default.placed_words(text)


def char_ngrams(text: str, lo: int, hi: int) -> Iterator[str]:
    """Yield all n-grams of `lo` to `hi` characters of `text`, short ones first."""
    for size in range(lo, hi + 1):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]
