"""Content in and out: files of other programs become drafts, and everything can be taken away.

`reader.read` chooses the importer by the file's name *and* its first bytes: `docx` (headings),
`markdown` (own articles, or headings), `sheet` (FAQ lists). `export` writes the content folder's
own layout and FAQ lists. `clean` turns foreign text into harmless text. Words and limits are data.
"""
