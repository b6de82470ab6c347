"""Words of the normalised text, cut by jieba with the finance dictionary."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from language.spellings import legible


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class FinanceJiebaTokenizer(JiebaTokenizer):  # type: ignore[misc]
    """Rasa's `JiebaTokenizer` over normalised text, repetition squeezed, pinyin respelled.

    Full-width, traditional and upper-case writing become the same tokens as the plain one.
    `dictionary_path` may be a folder of dictionaries, as in the parent, or one file; it is
    copied into the model, so a model carries the dictionary that it was trained with.
    Offsets refer to the text so read; the project has no entity that needs raw offsets.
    """

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return at least one token, so that no message is left without features."""
        text = legible(message.get(attribute))
        tokens = [
            Token(word, start) for word, start, _ in jieba.tokenize(text) if not word.isspace()
        ]
        return self._apply_token_pattern(tokens or [Token(text, 0)])

    @staticmethod
    def _load_custom_dictionary(path: str) -> None:
        for file in _dictionaries(path):
            _load_once(file.read_bytes())

    @staticmethod
    def _copy_files_dir_to_dir(input_dir: str, output_dir: str) -> None:
        # The parent only knows folders; ours is usually one file beside other data.
        target = Path(output_dir)
        target.mkdir(parents=True, exist_ok=True)
        for file in _dictionaries(input_dir):
            (target / file.name).write_bytes(file.read_bytes())


def _dictionaries(path: str) -> list[Path]:
    given = Path(path)
    return sorted(p for p in given.iterdir() if p.is_file()) if given.is_dir() else [given]


@lru_cache(maxsize=16)
def _load_once(content: bytes) -> None:
    """Load a dictionary into Rasa's jieba; jieba itself would count a second load twice."""
    jieba.load_userdict(content.decode("utf-8").splitlines())
