// Writing: Enter sends, drafts outlive a reload, answers and edits say what they are about, suggestions come by / and @.
import { byId, keep, kept, parse, pressed, word } from "./page.js";
import { follow } from "./log.js";

const DRAFT = `draft ${location.pathname}`;
// milliseconds without a key before suggestions are asked for
const PAUSE = 70;
const form = () => { const found = byId("composer"); return found?.tagName === "FORM" ? found : null; };
const text = () => byId("text");
let editing = "", sent = null, offered = [], chosen = -1, asked = 0, timer;

/** Put something into the composer, and go there. */
export function write(words, { add = false } = {}) {
  const box = text();
  if (!box) return;
  box.value = add && box.value.trim() ? `${box.value.trimEnd()} ${words}` : words;
  keep(sessionStorage, DRAFT, box.value);
  grow();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function grow() {
  const box = text();
  if (!box || CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

/** Answer a message. */
export function reply(post) {
  cancel();
  if (!form()) return;
  form().elements.reply_to.value = post.dataset.post;
  mode(`${word("replying")} ${post.querySelector("header .name")?.textContent.trim() ?? ""}`);
  text().focus();
}

/** Change one's own message. */
export function edit(post) {
  cancel();
  if (!form()) return;
  editing = post.dataset.post;
  const words = post.querySelector(".body > .text")?.cloneNode(true);
  words?.querySelector(".edited")?.remove();
  mode(word("editing"));
  write(words?.textContent.trim() ?? "");
}

function mode(words) {
  const shown = form().querySelector(".mode");
  shown.hidden = !words;
  shown.querySelector("span").textContent = words;
}

function cancel() {
  if (!form()) return;
  if (editing) write("");
  editing = "";
  form().elements.reply_to.value = "";
  mode("");
}

function lastOwn() {
  return [...document.querySelectorAll("#posts .post[data-mine]:not(.gone)")].at(-1);
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form()) return;
  if (editing) event.detail.path = event.detail.path.replace(/\/say$/, `/posts/${editing}/edit`);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form()) return;
  const files = form().elements.files;
  if (!text().value.trim() && !files.value.trim()) return event.preventDefault();
  // a second Enter must not send it twice: it comes back if it isn't taken
  sent = { words: text().value, files: files.value, editing, reply: form().elements.reply_to.value };
  [text().value, files.value] = ["", ""];
  close();
  grow();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form() || !sent) return;
  const refused = !event.detail.successful || event.detail.xhr.response.includes('data-done="false"');
  if (refused) {
    if (!text().value) text().value = sent.words;
    form().elements.files.value ||= sent.files;
  } else {
    editing = "";
    form().elements.reply_to.value = "";
    mode("");
    form().querySelector(".files").hidden = true;
    if (event.detail.xhr.status === 204) byId("answers").querySelectorAll(".answer:not(:has(.card))").forEach((one) => one.remove());
    follow();
  }
  keep(sessionStorage, DRAFT, text().value);
  sent = null;
  grow();
});

document.addEventListener("input", (event) => {
  if (event.target !== text()) return;
  if (!editing) keep(sessionStorage, DRAFT, text().value);
  grow();
  clearTimeout(timer);
  timer = setTimeout(suggest, PAUSE);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== text() || event.isComposing) return;
  if (offered.length && suggestionKey(event)) return event.preventDefault();
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    clearTimeout(timer);
    asked += 1;
    form().requestSubmit();
  } else if (event.key === "Escape") {
    cancel();
  } else if (event.key === "ArrowUp" && !text().value && lastOwn()) {
    event.preventDefault();
    edit(lastOwn());
  }
});

// --- suggestions

const before = () => text().value.slice(0, text().selectionStart);

async function suggest() {
  const typed = before();
  if (!typed.startsWith("/") && !/(^|\s)@\S*$/u.test(typed)) return close();
  const turn = (asked += 1);
  const answer = await fetch(`${form().dataset.complete}?text=${encodeURIComponent(typed)}`).catch(() => null);
  const found = answer?.ok ? await answer.json() : [];
  if (turn !== asked || typed !== before()) return;
  offered = found;
  show(typed.startsWith("/") ? -1 : 0);
}

function show(first) {
  const list = byId("complete");
  list.replaceChildren(...offered.map((one, at) => {
    const [line] = parse('<li role="option"><b></b><span></span></li>');
    line.id = `suggestion-${at}`;
    line.querySelector("b").textContent = one.label;
    line.querySelector("span").textContent = one.help ?? "";
    return line;
  }));
  list.hidden = !offered.length;
  byId("heard").textContent = offered.length ? word("suggested").replace("{n}", offered.length) : "";
  choose(offered.length ? first : -1);
}

function choose(at) {
  chosen = at;
  byId("complete").querySelectorAll("li").forEach((line, one) => {
    line.setAttribute("aria-selected", String(one === at));
    if (one === at) line.scrollIntoView({ block: "nearest" });
  });
  at < 0 ? text().removeAttribute("aria-activedescendant") : text().setAttribute("aria-activedescendant", `suggestion-${at}`);
}

/** Do what a key means while suggestions are open; return whether it meant anything. */
function suggestionKey(event) {
  const count = offered.length;
  if (event.key === "ArrowDown") choose((chosen + 1) % count);
  else if (event.key === "ArrowUp") choose((chosen <= 0 ? count : chosen) - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Tab" && !event.shiftKey) take(Math.max(chosen, 0));
  else if (event.key === "Enter" && !event.shiftKey && chosen >= 0 && offered[chosen].insert.trim() !== before().trim()) take(chosen);
  else return false;
  return true;
}

function take(at) {
  const { insert } = offered[at];
  const rest = text().value.slice(text().selectionStart);
  text().value = insert + rest;
  text().focus();
  text().setSelectionRange(insert.length, insert.length);
  keep(sessionStorage, DRAFT, text().value);
  close();
  grow();
  suggest();
}

function close() {
  asked += 1;
  offered = [];
  if (byId("complete")) show(-1);
}

document.addEventListener("mousedown", (event) => {
  const line = event.target.closest("#complete li");
  if (!line) return;
  event.preventDefault();
  take([...line.parentElement.children].indexOf(line));
});
document.addEventListener("focusout", (event) => { if (event.target === text()) setTimeout(() => document.activeElement !== text() && close(), 0); });

pressed("#composer [data-do=cancel]", () => { cancel(); text().focus(); });
pressed("#composer [data-do=files]", (button) => {
  const line = form().querySelector(".files");
  line.hidden = !line.hidden;
  button.setAttribute("aria-expanded", String(!line.hidden));
  (line.hidden ? text() : form().elements.files).focus();
});
pressed("[data-do=example]", (button) => write(button.dataset.text));

const draft = kept(sessionStorage, DRAFT);
if (draft && text()) text().value = draft;
grow();
