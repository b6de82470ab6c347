// What the studio needs of the browser itself: the unsaved guard, Ctrl+S, text at the cursor.
window.studioDirty = false;

// Set here and not by the server: text must be guarded also while the connection is down.
document.addEventListener("input", (event) => {
  if (event.target.closest(".editor")) window.studioDirty = true;
});

window.addEventListener("beforeunload", (event) => {
  if (!window.studioDirty) return;
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
