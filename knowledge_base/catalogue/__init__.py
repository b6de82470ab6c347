"""The catalogue: every item of content with its revisions, who may change what, and the history.

Entry point: `catalogue.Catalogue`.
"""
