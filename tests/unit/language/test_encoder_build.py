"""Building an encoder from any SentenceTransformer: the same vectors, safely, once."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from language import onnx_export
from language.encoder import Encoder
from language.encoder_build import build_encoder, main, source_key
from language.onnx_export import CannotExport

TEXTS = ["存款利率", "贷款怎么办", "信用卡", "card 3", "一二三四五六七八九十"]
PIECES = sorted({*"".join(TEXTS), "存款", "贷款", "信用卡"})
Make = Callable[[str], Path]


def tiny_tokenizer() -> Tokenizer:
    pieces = [(mark, 0.0) for mark in ("<s>", "<pad>", "</s>", "<unk>")]
    pieces += [("привет", -3.0)] + [(piece, -4.0 / len(piece)) for piece in PIECES]
    made = Tokenizer(models.Unigram(pieces, 3, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return a maker of small random SentenceTransformers with one way of pooling."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch  # noqa: PLC0415 - seconds, for this module only
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above
        from sentence_transformers.sentence_transformer import modules  # noqa: PLC0415 - as above
        from transformers import (  # noqa: PLC0415 - as above
            BertConfig,
            BertModel,
            PreTrainedTokenizerFast,
        )

    def build(pooling: str) -> Path:
        folder = tmp_path_factory.mktemp(pooling)
        torch.manual_seed(7)
        sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
        config = BertConfig(
            vocab_size=len(PIECES) + 9, num_attention_heads=4, max_position_embeddings=32, **sizes
        )
        BertModel(config, add_pooling_layer=False).save_pretrained(str(folder / "bert"))
        PreTrainedTokenizerFast(
            tokenizer_object=tiny_tokenizer(),
            pad_token="<pad>",
            unk_token="<unk>",
            model_input_names=["input_ids", "attention_mask"],
        ).save_pretrained(str(folder / "bert"))
        words = modules.Transformer(str(folder / "bert"), max_seq_length=12)
        model = SentenceTransformer(modules=[words, modules.Pooling(64, pooling)], device="cpu")
        model.save(str(folder / "st"), create_model_card=False)
        vectors = model.encode(["query: " + text for text in TEXTS], normalize_embeddings=True)
        np.save(folder / "vectors.npy", vectors)
        return folder

    return build


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_vectors_are_those_of_the_source(make: Make, tmp_path: Path, pooling: str) -> None:
    folder = make(pooling)
    said: list[str] = []
    out = build_encoder(str(folder / "st"), tmp_path / "encoder", said.append)
    encoder = Encoder.load(out)
    ours = encoder.encode(TEXTS)
    assert ours.shape == (len(TEXTS), 64)
    assert (ours * np.load(folder / "vectors.npy")).sum(axis=1).min() >= 0.99
    assert encoder.max_length == 12
    assert (out / "st" / "modules.json").exists()
    assert said[-1].endswith("is ready")


def test_a_second_build_does_nothing_and_a_changed_source_builds_anew(
    make: Make, tmp_path: Path
) -> None:
    source, out = make("mean") / "st", tmp_path / "encoder"
    assert main(["--source", str(source), "--out", str(out)]) == 0
    before = (out / "model.onnx").stat().st_ino
    key = source_key(str(source))
    assert main(["--source", str(source), "--out", str(out)]) == 0
    assert (out / "model.onnx").stat().st_ino == before
    (source / "note.txt").write_text("changed", "utf-8")
    assert source_key(str(source)) != key
    build_encoder(str(source), out)
    assert (out / "model.onnx").stat().st_ino != before
    assert {item.name for item in tmp_path.iterdir()} == {"encoder", ".encoder.lock"}


def test_a_failed_build_leaves_the_old_encoder(make: Make, tmp_path: Path) -> None:
    out = build_encoder(str(make("mean") / "st"), tmp_path / "encoder")
    fingerprint = Encoder.load(out).fingerprint
    with pytest.raises(CannotExport, match="max"):
        build_encoder(str(make("max") / "st"), out)
    assert Encoder.load(out).fingerprint == fingerprint
    assert {item.name for item in tmp_path.iterdir()} == {"encoder", ".encoder.lock"}


def test_rows_are_quantised_each_by_its_own_scale() -> None:
    table = np.array([[1.0, -0.5, 0.25], [1000.0, 10.0, -1000.0], [0, 0, 0]], dtype=np.float32)
    values, scales = onnx_export.quantise_rows(table)
    assert values.dtype == np.int8
    assert np.abs(values * scales - table).max(axis=1).tolist() <= (scales[:, 0] / 2).tolist()
    assert np.isfinite(values * scales).all()
