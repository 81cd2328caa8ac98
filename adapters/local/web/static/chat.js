// The chat's page: what the server tells goes to whoever shows it.
import { byId, keep, kept, parse, pressed, reveal } from "./page.js";
import { follow, upsert } from "./log.js";
import { flash, listen, say } from "./stream.js";
import { localise } from "./times.js";
import { hear, mark, seen } from "./unread.js";
import { ask, refreshBehind } from "./panels.js";
import "./compose.js";

const body = document.body;
// milliseconds between two reloads that nobody asked for
const RELOAD = 20_000;
const FOCUSABLE = "a, button, input, select, summary";

/** Replace parts of the page by what they are now; what somebody has open or holds stays so. */
function redraw({ html }) {
  for (const fresh of parse(html)) {
    const old = byId(fresh.id);
    // a draft is not to be lost, nor a menu to close under somebody's hand
    if (!old || (fresh.id === "composer" && fresh.tagName === old.tagName && fresh.tagName === "FORM")) continue;
    if (old.matches("[popover]:popover-open") || old.querySelector("input:focus, select:focus")) continue;
    const known = [...old.querySelectorAll("details")];
    fresh.querySelectorAll("details").forEach((one, at) => {
      one.open = (one.id ? known.find(({ id }) => id === one.id) : known[at])?.open ?? false;
    });
    const focused = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    // of several that come and go, the same one
    const named = old.contains(document.activeElement) && document.activeElement.closest("details[id]")?.id;
    const [top, left] = [old.scrollTop, old.scrollLeft];
    old.replaceWith(fresh);
    [fresh.scrollTop, fresh.scrollLeft] = [top, left];
    htmx.process(fresh);
    localise(fresh);
    const again = (named && byId(named)?.querySelector("summary")) || [...fresh.querySelectorAll(FOCUSABLE)][focused];
    if (focused >= 0) again?.focus({ preventScroll: true });
  }
  point();
}

/** Show the ledger's newest entries, those that are new as such. */
function entries({ html }) {
  const known = new Set([...byId("entries").children].map((one) => one.id));
  redraw({ html });
  for (const entry of byId("entries").children) entry.classList.toggle("fresh", !known.has(entry.id));
  refreshBehind();
}

/** Point at what the tour speaks of, and offer the tour to whoever hasn't refused it. */
function point() {
  document.querySelectorAll(".pointed").forEach((one) => one.classList.remove("pointed"));
  const wanted = document.querySelector("#tour [data-points-at]")?.dataset.pointsAt;
  try {
    // of several cards the newest is meant
    if (wanted) [...document.querySelectorAll(wanted)].at(-1)?.classList.add("pointed");
  } catch { /* not a selector: nothing is pointed at */ }
  const offer = document.querySelector(".tour-offer");
  if (offer) offer.hidden = kept(localStorage, "tour") === "declined";
}

/** Take over the token that forms carry: another start of the program made another. */
function greeted({ csrf }) {
  if (!csrf) return;
  body.dataset.csrf = csrf;
  body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": csrf }));
  document.querySelectorAll("input[name=csrf]").forEach((one) => { one.value = csrf; });
}

function reload() {
  const last = Number(kept(sessionStorage, "reloaded"));
  if (Date.now() - last < RELOAD) return flash("failed", "ended");
  keep(sessionStorage, "reloaded", String(Date.now()));
  say("stale");
  location.reload();
}

document.addEventListener("htmx:responseError", (event) => (event.detail.xhr.status === 403 ? reload() : flash("failed", "ended")));
document.addEventListener("htmx:sendError", () => flash("failed", "ended"));
document.addEventListener("htmx:configRequest", (event) => {
  if (body.dataset.csrf) event.detail.parameters.csrf = body.dataset.csrf;
});
document.addEventListener("htmx:afterSettle", (event) => { localise(event.detail.target); point(); });
// these replace the part of the page that they belong to, when the server answers with it
document.addEventListener("htmx:afterRequest", (event) => {
  const html = event.detail.xhr?.response ?? "";
  if (event.detail.successful && event.target.closest?.("#tour, #life, .start-tour") && /^\s*</.test(html)) redraw({ html });
});
pressed("[data-do=decline], #tour [value=leave]", () => { keep(localStorage, "tour", "declined"); setTimeout(point, 0); });

localise(document);
reveal(document);
point();
follow();
// it came with the page where a form was sent before scripts ran
ask();
if (body.dataset.room) {
  listen(`${body.dataset.base}/${body.dataset.room}/events`, body.dataset.newest, body.dataset.state, {
    hello: greeted,
    posts: ({ upsert: items }) => {
      upsert(items);
      if (!document.hidden) items.forEach(({ id }) => seen(id.replace("post-", "")));
      const open = byId("behind").querySelector(".chain")?.dataset.post;
      if (items.some(({ id }) => id === `post-${open}`)) refreshBehind();
      point();
    },
    rooms: (news) => { redraw(news); mark(); }, heard: hear, reader: redraw, tour: redraw, life: redraw, present: redraw, entries, reload,
  });
}
if (!matchMedia("(max-width: 760px)").matches) byId("text")?.focus({ preventScroll: true });
