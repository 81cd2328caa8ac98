// Moments in the reader's own zone, and countdowns by the program's time, which may be ahead of the machine's.
import { byId, word } from "./page.js";

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const when = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
const MINUTE = 60, HOUR = 3600, DAY = 86400;
// below this many seconds a countdown is coloured as urgent
const SOON = 5 * MINUTE;

/** Return the program's time in milliseconds. */
const now = () => Date.now() + 1000 * Number(byId("life")?.dataset.ahead ?? 0);

/** Say every moment below an element in the reader's zone. */
export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-due]):not([title])")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date(now()).toDateString();
    const said = (time.dataset.show === "exact" ? exact : clock).format(at);
    if (time.dataset.show === "whole") time.textContent = when.format(at);
    else time.textContent = today ? said : `${day.format(at)}, ${said}`;
    time.title = whole.format(at);
  }
  count(root);
}

/** Say of every moment to come how far away it is. */
function count(root) {
  for (const time of root.querySelectorAll("time[data-due]")) {
    const at = new Date(time.dataset.due);
    const left = Math.round((at - now()) / 1000);
    const said = left < 0 ? `${word("overdue")} ${spelt(-left)}` : spelt(left);
    if (time.textContent !== said) time.textContent = said;
    time.title ||= whole.format(at);
    time.classList.toggle("late", left < 0);
    time.classList.toggle("soon", left >= 0 && left < SOON);
  }
}

function spelt(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  if (seconds >= 2 * DAY) return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
  const [hours, minutes] = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE)];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % MINUTE)}` : `${minutes}:${two(seconds % MINUTE)}`;
}

setInterval(() => count(document), 1000);
