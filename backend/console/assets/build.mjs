// Writes ../static: script, styles and icons under names that carry their content's hash, and
// manifest.json, which tells the templates those names. Nothing is fetched when a page is shown.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");

// At most 24, from one set; each is shown with a word beside it.
const ICONS = [
  "arrow-right", "calendar-days", "circle", "circle-check", "circle-dot",
  "clipboard-list", "clock", "clock-alert", "heart-handshake", "house", "inbox", "log-out", "megaphone",
  "message-square", "plus", "printer", "scroll-text", "search", "settings", "shield-check", "split",
  "triangle-alert", "user-round", "users",
];

function sprite() {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  const licence = "<!-- Lucide, ISC Licence, https://lucide.dev/license -->";
  return `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>\n`;
}

const bundled = await build({
  absWorkingDir: here,
  entryPoints: { "console.js": "script/console.js", "console.css": "styles/console.css" },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari14"],
  charset: "utf8",
  outdir: "unused",
  write: false,
});
const files = [
  ...bundled.outputFiles.map((file) => [file.path.endsWith(".css") ? "console.css" : "console.js", file.contents]),
  ["icons.svg", Buffer.from(sprite())],
];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = {};
for (const [name, contents] of files) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  manifest[name] = name.replace(/(\.\w+)$/, `-${hash}$1`);
  writeFileSync(join(out, manifest[name]), contents);
}
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
