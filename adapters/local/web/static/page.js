// What every page does: the theme's button. And small helpers that the other scripts share.

/** Return the element with that id. */
export const byId = (id) => document.getElementById(id);

/** Return a sentence that the page brought along in its reader's language. */
export const word = (name) => byId("words").dataset[name];

/** Remember something in a storage, where there is one. */
export function keep(storage, name, value) {
  try { value ? storage.setItem(name, value) : storage.removeItem(name); } catch { /* full, or forbidden */ }
}

/** Return what was remembered, or nothing. */
export function kept(storage, name) {
  try { return storage.getItem(name) ?? ""; } catch { return ""; }
}

/** Return the elements that a piece of markup from the server consists of. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

/** Where only part of what was written fits, show the part that it is about. */
export function reveal(root) {
  for (const quotes of root.querySelectorAll(".quotes")) {
    const about = quotes.querySelector(".central:last-of-type, .central");
    if (about && quotes.scrollHeight > quotes.clientHeight) quotes.scrollTop = about.offsetTop + about.offsetHeight - quotes.clientHeight + 12;
  }
}

/** Call an action when something with that mark is pressed, wherever it is by then. */
export function pressed(selector, act) {
  document.addEventListener("click", (event) => {
    const found = event.target.closest?.(selector);
    if (found && !event.defaultPrevented && !(event.ctrlKey || event.metaKey || event.shiftKey)) act(found, event);
  });
}

pressed("[data-do=theme]", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  keep(localStorage, "theme", root.dataset.theme);
});
