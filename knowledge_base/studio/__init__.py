"""The studio: where content staff keep the knowledge base. NiceGUI pages under `/studio`.

How it hangs together
- `parts.Studio` is what the studio is wired with; `pages.register(studio)` registers every page.
- A page is a file of its own with `register(studio, shared)`: list, item (the editor), try it,
  publish, import, unanswered, values. Pages know nothing of one another but their addresses
  (`links`), so each can be read, changed and tested alone.
- `frame.page` opens a page: who is logged in (`visit.Visit`), the top bar, the navigation.
- Every change goes through `Visit.run`: it looks again whether the person may still act, runs the
  blocking work in a thread, and its errors become a sentence (`Visit.tell`).
- `shared.Shared` is what tabs share in this process: who edits what, what was written and not
  saved, the publication that runs.
- What the pages call things is in `data/labels.yml`; how they look is in `static/studio.css`.
"""
