// What happens, told by the server as it happens; a lost connection says so, comes back, and catches up.
import { byId, word } from "./page.js";

// seconds before a connection that the browser gave up on is tried again, and at most
const FIRST = 1, LONGEST = 15;
// answers after which it makes no sense to try again
const FINAL = new Set([204, 401, 403, 404, 410, 421]);
const shown = byId("connection");
let last, source, wait = FIRST, lost = false, hiding;

/** Say how the connection is. */
export function say(name, kind = "") {
  clearTimeout(hiding);
  shown.textContent = word(name);
  shown.className = kind;
  shown.hidden = false;
}

/** Say something for a moment. */
export function flash(name, kind = "") {
  say(name, kind);
  hiding = setTimeout(() => { shown.hidden = true; }, 4000);
}

/** Follow a room from a change on, and hand every event to whoever shows it; `state` is what the page's parts show. */
export function listen(address, after, state, shows) {
  last = after;
  source = new EventSource(`${address}?after=${last}&state=${state}`);
  source.onopen = () => {
    wait = FIRST;
    if (lost) flash("back", "well");
    lost = false;
  };
  for (const [name, show] of Object.entries(shows)) {
    source.addEventListener(name, (event) => {
      last = event.lastEventId || last;
      calmly(() => show(JSON.parse(event.data)));
    });
  }
  source.onerror = () => {
    if (leaving) return;
    lost = true;
    say("lost");
    // otherwise the browser tries again by itself, and says up to where it knows
    if (source.readyState === EventSource.CLOSED) retry(address, shows);
  };
}

async function retry(address, shows) {
  const stop = new AbortController();
  const status = await fetch(`${address}?after=${last}`, { signal: stop.signal }).then((answer) => answer.status, () => 0);
  stop.abort();
  if (FINAL.has(status)) return say("ended", "ended");
  // what the parts show by now nobody knows: they are told anew
  setTimeout(() => listen(address, last, "unknown", shows), 1000 * wait);
  wait = Math.min(2 * wait, LONGEST);
}

// milliseconds for which something stays as it is while it is being pressed: what is replaced meanwhile hears no click
const HELD = 1500;
let held = 0;
const waiting = [];

/** Do something at once, or as soon as nobody presses anything; in the order in which it came. */
function calmly(act) {
  waiting.push(act);
  catchUp();
}

function catchUp() {
  while (!held && waiting.length) waiting.shift()();
}

function letGo() {
  clearTimeout(held);
  held = 0;
  // the click itself comes first
  setTimeout(catchUp, 0);
}

addEventListener("pointerdown", () => { clearTimeout(held); held = setTimeout(letGo, HELD); }, true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, letGo, true);
addEventListener("blur", letGo);

let leaving = false;
addEventListener("pagehide", () => { leaving = true; source?.close(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
