// The first page and the door: only what every page does.
import "./page.js";
