// What opens beside and above the talk: the chain behind a message, a person, forms, the menu, drawers, the ledger.
import { byId, parse, pressed, reveal, word } from "./page.js";
import { edit, reply, write } from "./compose.js";
import { localise } from "./times.js";

const body = document.body;
const room = `${body.dataset.base}/${body.dataset.room}`;
const behind = byId("behind"), sheet = byId("sheet");
const menu = () => byId("menu");
// milliseconds in which several reasons to look at the open chain again become one
const PAUSE = 350;
let opener = null, shownChain = "", due, about = null;

const postOf = (element) => element.closest(".post") ?? about;
const read = async (address) => {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok ? answer.text() : "";
};

// --- the chain behind a message

async function openBehind(address, from) {
  const html = await read(address);
  if (!html) return;
  document.querySelectorAll("[data-behind][aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  if (from?.matches("[data-behind]")) from.setAttribute("aria-current", "true");
  opener = from;
  draw(html);
  behind.hidden = false;
  behind.scrollTop = 0;
  drawOut("side");
  behind.focus({ preventScroll: true });
}

function draw(html) {
  shownChain = html;
  behind.replaceChildren(...parse(html));
  localise(behind);
}

function closeBehind() {
  behind.hidden = true;
  behind.replaceChildren();
  document.querySelector("[data-behind][aria-current]")?.removeAttribute("aria-current");
  if (opener?.isConnected) opener.focus();
}

/** Look at the open chain once more: something may have followed since. */
export function refreshBehind() {
  clearTimeout(due);
  due = setTimeout(async () => {
    const address = behind.querySelector(".chain")?.dataset.href;
    const html = address ? await read(address) : "";
    if (!html || html === shownChain || behind.querySelector(".chain")?.dataset.href !== address) return;
    const top = behind.scrollTop;
    draw(html);
    behind.scrollTop = top;
  }, PAUSE);
}

pressed("a[data-behind]", (link, event) => { event.preventDefault(); openBehind(link.getAttribute("href"), link); });
pressed("[data-do=close-behind]", closeBehind);
pressed("#behind .glance a", (link, event) => {
  event.preventDefault();
  behind.querySelector(link.hash)?.scrollIntoView({ block: "start" });
});

// --- the dialog: people, forms

function openSheet(elements, label) {
  const close = Object.assign(document.createElement("button"), { type: "button", className: "bare close", textContent: "✕" });
  close.dataset.do = "close";
  close.setAttribute("aria-label", word("close"));
  sheet.replaceChildren(...elements, close);
  sheet.setAttribute("aria-label", label ?? sheet.querySelector("h2")?.textContent ?? "");
  htmx.process(sheet);
  localise(sheet);
  if (!sheet.open) sheet.showModal();
  sheet.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function openForm(name, address) {
  const form = byId(name).content.firstElementChild.cloneNode(true);
  form.setAttribute("action", address);
  form.setAttribute("hx-post", address);
  const { csrf } = body.dataset;
  if (csrf) form.elements.csrf.value = csrf;
  openSheet([form]);
}

pressed("a[data-sheet-link]", async (link, event) => {
  event.preventDefault();
  const html = await read(link.getAttribute("href"));
  if (html) openSheet(parse(html));
});
pressed("#sheet [data-do=close]", () => sheet.close());
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
pressed("[data-do=mention]", (button) => { sheet.close(); write(`@${button.dataset.name} `, { add: true }); });
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.target.matches?.("#sheet form")) sheet.close();
  if (event.detail.successful && event.target.matches?.("#menu form")) menu().hidePopover();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "answers") return;
  localise(byId("answers"));
  reveal(byId("answers"));
  ask();
});

/** Put the form that an answer asks for into the dialog. */
export function ask() {
  const asked = byId("answers").querySelector("[data-sheet]");
  if (!asked) return;
  const answer = asked.closest(".answer");
  openSheet([...asked.children]);
  // what was asked is no answer to be read
  answer.hidden = !answer.querySelector(".text, .card");
}
pressed("[data-do=dismiss]", (button) => { button.closest(".answer").remove(); byId("text")?.focus(); });

// --- the menu of a message

function openMenu(button) {
  about = button.closest(".post");
  const at = button.getBoundingClientRect(), own = "mine" in about.dataset;
  menu().querySelectorAll("[data-own]").forEach((one) => { one.hidden = !own; });
  menu().querySelector("form")?.elements.post.setAttribute("value", about.dataset.post);
  menu().showPopover();
  const { offsetWidth: width, offsetHeight: height } = menu();
  menu().style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu().style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - height - 8))}px`;
  menu().querySelector("button:not([hidden])")?.focus();
}

pressed(".post [data-do=menu]", openMenu);
const acts = {
  reply: (post) => reply(post),
  edit: (post) => edit(post),
  behind: (post) => openBehind(`${room}/behind/${post.dataset.post}`, post),
  thread: (post) => openForm("thread-form", `${room}/posts/${post.dataset.post}/thread`),
  delete: (post) => openForm("delete-form", `${room}/posts/${post.dataset.post}/delete`),
};
pressed(Object.keys(acts).map((name) => `.post [data-do=${name}], #menu [data-do=${name}]`).join(), (button) => {
  const post = postOf(button);
  if (menu().matches(":popover-open")) menu().hidePopover();
  acts[button.dataset.do](post);
});
pressed("#menu [data-sign]", (button) => {
  menu().hidePopover();
  htmx.ajax("POST", `${room}/posts/${about.dataset.post}/react`, { source: about, swap: "none", values: { sign: button.dataset.sign } });
});
document.addEventListener("keydown", (event) => {
  const inMenu = event.target.closest?.("#menu");
  if (inMenu && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const all = [...inMenu.querySelectorAll("button")].filter((one) => one.checkVisibility());
    all.at((all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)) % all.length).focus();
  } else if (event.key === "Escape" && !event.defaultPrevented && !sheet.open && !inMenu) {
    if (body.dataset.drawn) drawOut("");
    else if (byId("people").open) { byId("people").open = false; byId("people").querySelector("summary").focus(); }
    else if (event.target.closest?.("#ledger") && byId("ledger").classList.contains("open")) {
      openLedger(false);
      document.querySelector("[data-do=ledger]").focus();
    } else if (!behind.hidden && event.target !== byId("text")) closeBehind();
  }
});

// --- drawers, who one is, the ledger

function drawOut(name) {
  const handle = name && document.querySelector(`[data-drawer=${name}]`);
  if (name && !handle?.checkVisibility()) return;
  const was = body.dataset.drawn;
  if (name) body.dataset.drawn = name; else delete body.dataset.drawn;
  document.querySelectorAll("[data-drawer]").forEach((one) => one.setAttribute("aria-expanded", String(one.dataset.drawer === name)));
  if (!name && was) document.querySelector(`[data-drawer=${was}]`)?.focus();
  if (name === "rail") byId("people").querySelector("summary").focus();
}

pressed("[data-drawer]", (button) => drawOut(body.dataset.drawn === button.dataset.drawer ? "" : button.dataset.drawer));
document.addEventListener("click", (event) => {
  if (body.dataset.drawn && event.target === document.querySelector(".frame")) drawOut("");
  if (!event.target.closest("#people")) byId("people").open = false;
});

function openLedger(open) {
  byId("ledger").classList.toggle("open", open);
  document.querySelector("[data-do=ledger]").setAttribute("aria-expanded", String(open));
}
pressed("[data-do=ledger]", () => openLedger(!byId("ledger").classList.contains("open")));
pressed("a[data-entry]", (link, event) => {
  event.preventDefault();
  openLedger(true);
  byId("entries").querySelectorAll(".shown").forEach((one) => one.classList.remove("shown"));
  const entry = byId(`entry-${link.dataset.entry}`);
  entry?.closest("details")?.setAttribute("open", "");
  entry?.classList.add("shown");
  entry?.scrollIntoView({ block: "nearest" });
});
