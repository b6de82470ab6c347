"""The knowledge base: articles, their index, search with calibrated decisions, publishing.

Entry points: `loader.load_folder`, `publish.publish`, `search.Searcher`, `evaluate.evaluate`.
"""
