// What the studio needs of the browser itself: the unsaved guard, Ctrl+S, text at the cursor.

// Typing is noticed here and not by the server: text must be guarded also while the connection is
// down. The server counts in `data-saves`, in the same update that takes the mark away.
let typed = false;
let typedAt;
const saves = () => document.querySelector("[data-saves]")?.dataset.saves;
window.studioTyped = () => { typed = true; typedAt = saves(); };
window.studioClean = () => { typed = false; };

document.addEventListener("input", (event) => {
  if (event.target.closest(".editor")) window.studioTyped();
});

window.addEventListener("beforeunload", (event) => {
  if (!typed || typedAt !== saves()) return;
  event.preventDefault();
  event.returnValue = "";
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  document.querySelector('[data-key="save"]')?.click();
});

// Puts a text where the cursor is; the input event makes it known like typing does.
window.studioInsert = (id, text) => {
  const field = document.getElementById(id);
  if (!field) return;
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(text, start, field.selectionEnd ?? start, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};
