"""How the system reads Chinese; runs in both environments.

Serving code needs numpy, onnxruntime, tokenizers, jieba, OpenCC and PyYAML, nothing else:
`normalise`, `segment`, `lexicon`, `encoder`, `numerals`, `figures`, and `terms`, which loads
spaCy when the first text is read. `encoder_build` and what only it uses (`e5s1`, `charsmap`,
`sentence_transformer`, `vocabulary`, `onnx_export`) are for building the encoder.
"""
