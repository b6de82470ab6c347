/** The page's own buttons talk to the widget through its public methods. */

const chat = document.querySelector("yinqiao-chat");

for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.addEventListener("click", () => chat.show());
}
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => chat.ask(button.dataset.ask));
}
