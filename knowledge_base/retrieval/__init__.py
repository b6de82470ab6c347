"""Finding the article that answers: index, ranking, calibrated decisions, published snapshots.

Entry points: `publish.publish`, `search.Searcher`, `evaluate.evaluate`.
"""
