// The messages: put in their order as they come, kept at the bottom unless the reader scrolled up, and not too many.
import { byId, parse, reveal } from "./page.js";
import { localise } from "./times.js";

const MOST = 300;
// pixels from the end within which the reader follows
const NEAR = 80;
const posts = byId("posts");
const unread = byId("unread");
let following = true;

const atEnd = () => posts.scrollHeight - posts.scrollTop - posts.clientHeight < NEAR;

/** Scroll to the newest message. */
export function follow() {
  following = true;
  unread.hidden = true;
  posts.scrollTop = posts.scrollHeight;
}

posts.addEventListener("scroll", () => {
  following = atEnd();
  if (following) unread.hidden = true;
}, { passive: true });
unread.addEventListener("click", () => { follow(); posts.focus({ preventScroll: true }); });
new ResizeObserver(() => following && follow()).observe(posts);

/** Compare two ids: they are digits, and grow. */
const order = (one, other) => one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);

/** Show messages as they are now: those that stand there are replaced, new ones are put where they belong. */
export function upsert(items) {
  let fresh = 0, own = false;
  const first = posts.querySelector(".post")?.dataset.post;
  for (const item of items) {
    const [post] = parse(item.html);
    if (!post) continue;
    const old = byId(item.id);
    if (old) replace(old, post);
    else if (first && byId("earlier") && order(post.dataset.post, first) < 0) continue;
    else {
      insert(post);
      fresh += 1;
      own ||= post.classList.contains("mine");
    }
    localise(post);
    reveal(post);
    if (post.querySelector("[hx-post]")) htmx.process(post);
  }
  if (!fresh && !following) return;
  byId("no-posts")?.remove();
  if (following || own) { trim(); follow(); }
  else unread.hidden = false;
}

function replace(old, post) {
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  post.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
  const focused = old.contains(document.activeElement);
  const chosen = focused && [...old.querySelectorAll("a, button, select, summary")].indexOf(document.activeElement);
  if (old.querySelector("[aria-current]")) post.querySelector("[data-behind]")?.setAttribute("aria-current", "true");
  old.replaceWith(post);
  if (focused) ([...post.querySelectorAll("a, button, select, summary")][chosen] ?? post).focus({ preventScroll: true });
}

function insert(post) {
  let before = posts.lastElementChild;
  while (before && !(before.dataset.post && order(before.dataset.post, post.dataset.post) < 0)) {
    if (before.id === "earlier") break;
    before = before.previousElementSibling;
  }
  before ? before.after(post) : posts.prepend(post);
  post.classList.add("fresh");
}

/** Let go of the oldest messages; reading on upwards begins again before the oldest that is left. */
function trim() {
  const all = posts.querySelectorAll(".post");
  for (const post of [...all].slice(0, Math.max(0, all.length - MOST))) post.remove();
  const earlier = byId("earlier"), oldest = posts.querySelector(".post");
  if (!earlier || !oldest || all.length <= MOST) return;
  const link = earlier.cloneNode(true);
  const href = `${location.pathname}?before=${oldest.dataset.post}`;
  link.setAttribute("href", href);
  link.setAttribute("hx-get", href);
  earlier.replaceWith(link);
  htmx.process(link);
}

// older messages came in above: what was read stays where it is
let height = 0;
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target?.id === "earlier") height = posts.scrollHeight - posts.scrollTop; });
document.addEventListener("htmx:afterSettle", () => {
  if (height) posts.scrollTop = posts.scrollHeight - height;
  height = 0;
});

/** Go from message to message by arrow keys. */
posts.addEventListener("keydown", (event) => {
  const here = event.target.closest(".post");
  if (event.target !== posts && event.target !== here) return;
  const all = [...posts.querySelectorAll(".post[tabindex]")];
  const at = all.indexOf(here);
  const to = { ArrowUp: at < 0 ? all.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && all[to]) {
    event.preventDefault();
    all[to].focus();
    all[to].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && here) {
    event.preventDefault();
    here.querySelector("[data-do=menu]")?.click();
  }
});
