// Builds static/build/ from static/js, static/css and static/icons.txt.
//
//   static/js/*.js       each an entry, with all that it imports: NAME-HASH.js
//   static/css/app.css   with all that it @imports:              app-HASH.css
//   static/icons.txt     one icon a line, NAME or ALIAS=NAME (Lucide's names, # begins a comment):
//                        icons-HASH.svg, one <symbol id="ALIAS" viewBox="0 0 24 24"> each
//
// Beside every file lie NAME.gz and NAME.br, so that no request waits for a compressor.
// manifest.json says which file is behind which name: {"app.js": "app-HASH.js", ...}. It is
// replaced last and at once, and only then are older files removed: a running server never
// hands out a name whose file is not there.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "static");
const target = join(source, "build");
const icons = join(root, "node_modules", "lucide-static", "icons");
const MANIFEST = "manifest.json";

/** Entry points: every script in static/js itself, and the one style sheet. */
async function entries() {
  const folder = join(source, "js");
  const names = existsSync(folder) ? await readdir(folder) : [];
  const scripts = names.filter((name) => name.endsWith(".js")).sort();
  const style = join(source, "css", "app.css");
  return [...scripts.map((name) => join(folder, name)), ...(existsSync(style) ? [style] : [])];
}

/** Bundles the entries. Answers {files: Map(name -> bytes), manifest: {asked: name}}. */
async function bundle() {
  const files = new Map();
  const manifest = {};
  const entryPoints = await entries();
  if (entryPoints.length === 0) return { files, manifest };
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir: target,
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: "esm",
    target: ["es2022"],
    charset: "utf8",
    legalComments: "eof",
    logLevel: "warning",
    loader: { ".svg": "file", ".png": "file", ".webp": "file", ".woff2": "file" },
  });
  for (const { path, contents } of result.outputFiles) files.set(basename(path), contents);
  for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    if (entryPoint) manifest[basename(entryPoint)] = basename(path);
  }
  return { files, manifest };
}

/** Reads static/icons.txt. Answers [[alias, name], ...] in the order of the file. */
async function wantedIcons() {
  const list = join(source, "icons.txt");
  if (!existsSync(list)) return [];
  const wanted = new Map();
  const lines = (await readFile(list, "utf8")).split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/#.*/, "").trim();
    if (!line) continue;
    const where = `${relative(root, list)}:${index + 1}`;
    const match = /^(?:([a-z0-9-]+)\s*=\s*)?([a-z0-9-]+)$/.exec(line);
    if (!match) throw new Error(`${where}: "${line}" is neither NAME nor ALIAS=NAME`);
    const [, alias = match[2], name] = match;
    if (wanted.has(alias)) throw new Error(`${where}: "${alias}" is already in the list`);
    if (!existsSync(join(icons, `${name}.svg`))) {
      throw new Error(`${where}: Lucide has no icon "${name}"`);
    }
    wanted.set(alias, name);
  }
  return [...wanted];
}

/** Draws the sprite. Stroke, fill and size are the style sheet's. Answers null without icons. */
async function sprite() {
  const wanted = await wantedIcons();
  if (wanted.length === 0) return null;
  const symbols = [];
  for (const [alias, name] of wanted) {
    const drawing = await readFile(join(icons, `${name}.svg`), "utf8");
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(drawing)[1].replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${alias}" viewBox="0 0 24 24">${inner}</symbol>`);
  }
  return Buffer.from(
    `<!-- Icons: Lucide (lucide.dev), ISC licence -->\n` +
      `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
  );
}

function compressed(name, contents) {
  const brotli = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
  };
  return [
    [`${name}.gz`, gzipSync(contents, { level: 9 })],
    [`${name}.br`, brotliCompressSync(contents, { params: brotli })],
  ];
}

async function main() {
  const { files, manifest } = await bundle();
  const drawn = await sprite();
  if (drawn) {
    const hash = createHash("sha256").update(drawn).digest("hex").slice(0, 8).toUpperCase();
    manifest["icons.svg"] = `icons-${hash}.svg`;
    files.set(manifest["icons.svg"], drawn);
  }
  const packed = /\.(js|css|svg|txt)$/;
  for (const [name, contents] of [...files]) {
    if (!packed.test(name)) continue;
    for (const [beside, bytes] of compressed(name, contents)) files.set(beside, bytes);
  }

  await mkdir(target, { recursive: true });
  await Promise.all([...files].map(([name, contents]) => writeFile(join(target, name), contents)));
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(join(target, `${MANIFEST}.new`), `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(join(target, `${MANIFEST}.new`), join(target, MANIFEST));
  for (const name of await readdir(target)) {
    if (name !== MANIFEST && !files.has(name)) await rm(join(target, name), { recursive: true });
  }

  for (const [asked, name] of Object.entries(sorted)) {
    const kilobytes = (bytes) => (bytes.length / 1000).toFixed(1).padStart(7);
    const [plain, brotli] = [files.get(name), files.get(`${name}.br`)];
    console.log(`   ${asked.padEnd(20)}${kilobytes(plain)} kB, ${kilobytes(brotli)} kB sent`);
  }
  if (files.size === 0) console.log("   nothing to build in static/js, static/css, static/icons.txt");
}

try {
  await main();
} catch (error) {
  // esbuild has named its own complaints by now.
  if (!error.errors) console.error(`   ${error.message}`);
  process.exitCode = 1;
}
