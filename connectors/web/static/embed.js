/**
 * The one script tag for a page of the bank's:
 *
 *   <script src="https://chat.bank.example/static/embed.js" data-title="…" async></script>
 *
 * `data-title`, `data-hotline`, `data-identity` and `data-open` become attributes of the widget,
 * whose gateway is where this script came from. A plain script, so that it knows its own tag.
 */
(() => {
  const { src, dataset } = document.currentScript;
  const server = new URL("..", src).href;
  const add = () => {
    const chat = document.createElement("yinqiao-chat");
    chat.setAttribute("server", server);
    for (const name of ["title", "hotline", "identity", "open"]) {
      if (name in dataset) chat.setAttribute(name, dataset[name]);
    }
    document.body.append(chat);
  };
  import(new URL("yinqiao-chat.js", src).href).then(() => {
    if (document.body) add();
    else document.addEventListener("DOMContentLoaded", add, { once: true });
  });
})();
