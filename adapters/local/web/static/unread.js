// Rooms in which something was written since somebody last looked: a small mark, kept by this browser for each person.
import { byId, keep, kept } from "./page.js";

const { reader, room, heard: said } = document.body.dataset;
const NAME = `read ${document.body.dataset.base}`;
// room → its newest post that is known, and that was read
const heard = JSON.parse(said || "{}");
const read = stored() ?? first();

function stored() {
  try { return JSON.parse(kept(localStorage, NAME)); } catch { return undefined; }
}

/** Return what somebody who was never here has read: all that there is, but for what Locum wrote to them alone. */
function first() {
  const direct = byId("rooms").querySelector(".room.direct")?.dataset.to;
  return Object.fromEntries(Object.entries(heard).filter(([name]) => name !== direct));
}

/** Mark the rooms that hold something new. */
export function mark() {
  for (const link of byId("rooms").querySelectorAll("[data-to]")) {
    const name = link.dataset.to;
    // numbers of posts only grow; behind what was read they are where the chat began anew
    link.querySelector(".new").hidden = name === room || !(Number(heard[name] ?? 0) > Number(read[name] ?? 0));
  }
}

/** Take note of what was written elsewhere. */
export function hear(news) {
  Object.assign(heard, news);
  mark();
}

/** Take note that what came here was seen. */
export function seen(post) {
  if (!room || !(Number(post) > Number(read[room] ?? 0))) return;
  read[room] = post;
  save();
}

function save() {
  // another window of the same person may have read more
  const now = stored() ?? {};
  for (const [name, post] of Object.entries(now)) if (Number(post) > Number(read[name] ?? 0) && Number(post) <= Number(heard[name] ?? 0)) read[name] = post;
  keep(localStorage, NAME, JSON.stringify(read));
}

if (reader) {
  if (room && heard[room]) read[room] = heard[room];
  for (const name of Object.keys(read)) if (Number(read[name]) > Number(heard[name] ?? 0)) read[name] = heard[name] ?? "0";
  save();
  mark();
}
