"""The knowledge base without an encoder: formats, indexes, models, measures."""
