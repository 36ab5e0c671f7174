// Every page works without this file. It swaps parts of pages in place, keeps the reader's place
// and words, and answers the keyboard.
import htmx from "htmx.org";
import "./autosave.js";
import "./counters.js";
import "./keyboard.js";
import "./menus.js";
import "./notice.js";
import "./reading.js";
import "./typed.js";

window.htmx = htmx;
