// Builds ../dist from this folder: `npm ci && npm run build`.
// Two builds give identical files, so CI rebuilds and compares. What passes a budget or breaks a rule of the house fails here.

import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { browserslistToTargets, bundleAsync } from "lightningcss"

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, "../dist")
const packages = join(here, "node_modules")

// The oldest browsers that are served; older ones get the page without script and with plainer style.
const BROWSERS = { chrome: "111", firefox: "115", safari: "16.4" }

// Kilobytes after gzip. `app` is what every page loads, `live` what a page with a socket loads, `tools` what is loaded when needed,
// `outbox` what keeps and sends where something may wait, `discussion` what the page of a discussion loads besides, `editor` and
// `paper` (its style) what is loaded only where somebody may write in a text that several people write, `goals` and `coverage` the styles of their pages.
const BUDGETS = { app: 40, live: 55, tools: 8, outbox: 2, discussion: 8, editor: 155, css: 16, paper: 4, goals: 2, coverage: 1 }

const read = (...path) => readFileSync(join(...path), "utf8")
const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 10)
const kilobytes = (...contents) => contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0) / 1000

/** Name below dist -> content. Written at the end, so that a build that fails leaves the old files. */
const files = new Map()

/** Name below dist -> hash of its content: added to the address, so that a browser may keep the file for a year. */
const manifest = {}

function publish(name, content) {
  manifest[name] = digest(content)
  files.set(name, content)
  return content
}

// ---------------------------------------------------------------------------------------------------------------- fonts

// One family, "Fira Sans", in all scripts: FiraGO carries Arabic (Arabic, Persian, Dari, Pashto, Sorani) in the same design.
// Its files were cut from the full font with fonttools; the ranges do not overlap, so a German page loads three files.
const FONTS = [
  ["fira-sans-latin", "U+0-FF, U+131, U+152-153, U+2BB-2BC, U+2C6, U+2DA, U+2DC, U+2000-200B, U+2010-206F, U+20AC, U+2122, U+2190-2193, U+2212"],
  ["fira-sans-latin-ext", "U+100-130, U+132-151, U+154-2BA, U+1E00-1EFF, U+20A0-20AB, U+2C60-2C7F, U+A720-A7FF"],
  ["fira-sans-cyrillic", "U+301, U+400-45F, U+490-491, U+4B0-4B1, U+2116"],
  ["fira-sans-cyrillic-ext", "U+460-48F, U+492-4AF, U+4B2-52F, U+1C80-1C88, U+20B4, U+2DE0-2DFF, U+A640-A69F"],
  ["firago-arabic", "U+600-6FF, U+750-77F, U+200C-200F, U+FB50-FDFF, U+FE70-FEFC"],
]

function fonts() {
  return FONTS.flatMap(([face, range]) =>
    [400, 500, 600].map((weight) => {
      const folder = face.startsWith("firago") ? join(here, "fonts") : join(packages, "@fontsource/fira-sans/files")
      const content = readFileSync(join(folder, `${face}-${weight}-normal.woff2`))
      const name = `fonts/${face}-${weight}.woff2`
      publish(name, content)
      return `@font-face { font-family: "Fira Sans"; font-weight: ${weight}; font-display: swap; src: url("${name}?v=${manifest[name]}") format("woff2"); unicode-range: ${range}; }`
    }),
  ).join("\n")
}

// ----------------------------------------------------------------------------------------------------------------- style

const HUES = "neutral darkblue lightblue turquois green yellow orange red violet".split(" ")
const STEPS = "025 050 100 150 200 300 400 500 600 650 700 800 900 950".split(" ")

/** The part of KERN's tokens that is used here, flattened and under KERN's own names, so that a district's KERN theme drops in. */
function tokens() {
  const known = {}
  for (const [, name, value] of read(packages, "@kern-ux/native/dist/kern.css").matchAll(/(--kern-[a-z0-9-]+):\s*([^;}]+)[;}]/g)) {
    known[name] ??= value.trim().replace(/\s+/g, " ")
  }
  const flat = (value) => (value.includes("var(") ? flat(value.replace(/var\((--[a-z0-9-]+)(?:,[^()]*)?\)/g, (_, name) => known[name])) : value)
  const lines = HUES.flatMap((hue) => STEPS.map((step) => `--kern-color-${hue}-${step}`)).filter((name) => name in known)
  const { version } = JSON.parse(read(packages, "@kern-ux/native/package.json"))
  return `/*! Colour tokens: @kern-ux/native ${version}, EUPL-1.2 */\n:root {\n${lines.map((name) => `${name}: ${flat(known[name])};`).join("\n")}\n--kern-color-white: oklch(100% 0 0);\n}`
}

/** The dark values once more, for people who leave the choice to their device. */
function themeAuto() {
  const [, dark] = read(here, "css/theme.css").match(/:root\[data-theme="dark"\] \{([^}]+)\}/)
  return `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"], [data-theme="dark"]) {${dark}} }`
}

/** A control shows when somebody above it may do any of the things that it needs (the words of `css/needs.json`). */
function needs() {
  const { words } = JSON.parse(read(here, "css/needs.json"))
  const allowed = words.map((word) => `[data-may~="${word}"] [data-needs~="${word}"]`).join(", ")
  return `[data-needs]:not([data-needs=""], ${allowed}) { display: none; }`
}

const GENERATED = { "tokens.css": tokens, "theme-auto.css": themeAuto, "needs.css": needs, "fonts.css": fonts }

async function style(name) {
  const { code } = await bundleAsync({
    filename: join(here, "css", name),
    minify: true,
    targets: browserslistToTargets(Object.entries(BROWSERS).map(([name, version]) => `${name} ${version}`)),
    resolver: {
      resolve: (specifier, from) => (specifier.startsWith("generated/") ? specifier : resolve(dirname(from), specifier)),
      read: (path) => (path.startsWith("generated/") ? GENERATED[path.slice("generated/".length)]() : readFileSync(path, "utf8")),
    },
  })
  return publish(name, Buffer.concat([Buffer.from(read(here, "css/notice.txt")), Buffer.from(code)]))
}

/** Right-to-left needs no sheet of its own as long as nobody writes left or right. */
function noPhysicalSides() {
  const physical = /(?:^|[\s;{(])(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|(?:^|[\s;{])(?:left|right|width|height|min-width|max-width|min-height|max-height|float):\s|text-align:\s*(?:left|right)/m
  for (const file of readdirSync(join(here, "css"), { recursive: true }).filter((name) => name.endsWith(".css"))) {
    const found = read(here, "css", file).replace(/@media[^{]+\{/g, "").match(physical)
    if (found) throw new Error(`css/${file}: physical property "${found[0].trim()}"; use the logical one`)
  }
}

// ---------------------------------------------------------------------------------------------------------------- script

const ownTransports = {
  name: "own-transports",
  setup(build) {
    build.onResolve({ filter: /^\.\/transports\/index\.js$/ }, ({ importer }) =>
      importer.includes("engine.io-client") ? { path: join(here, "js/live/transports.js") } : null,
    )
  },
}

async function script() {
  const { metafile, outputFiles } = await esbuild.build({
    entryPoints: [join(here, "js/app.js")],
    absWorkingDir: here,
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    write: false,
    metafile: true,
    legalComments: "none",
    plugins: [ownTransports],
    chunkNames: "[name]-[hash]",
    target: Object.entries(BROWSERS).map(([name, version]) => name + version),
  })
  const chunks = ["live", "tools", "outbox", "discussion", "editor"]
  const sizes = { app: 0, live: 0, tools: 0, outbox: 0, discussion: 0, editor: 0 }
  for (const { path, contents } of outputFiles) {
    const name = relative(dist, path)
    const { entryPoint = "", inputs } = metafile.outputs[relative(here, path)]
    // What `outbox` and `discussion` have in common lies in a chunk without an entry.
    const kind = chunks.find((chunk) => entryPoint === `js/${chunk}.js`) ?? ("js/outbox.js" in inputs ? "outbox" : "app")
    sizes[kind] += kilobytes(contents)
    if (name === "app.js") publish(name, contents)
    else files.set(name, contents) // its name carries a hash already
  }
  return { ...sizes, live: sizes.app + sizes.live }
}

// ----------------------------------------------------------------------------------------------------------------- icons

/** Tabler's outline icons named in icons.txt, as symbols `i-<name>` of one file. */
function sprite() {
  const names = read(here, "icons/icons.txt").split(/\s+/).filter(Boolean).sort()
  const symbols = names.map((name) => {
    const [, body] = read(packages, `@tabler/icons/icons/outline/${name}.svg`).replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${body.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s+/g, " ").trim()}</symbol>`
  })
  publish("sprite.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`)
  publish("mark.svg", read(here, "icons/mark.svg"))
}

function licences() {
  const sources = [
    ["KERN design tokens (@kern-ux/native)", join(packages, "@kern-ux/native/LICENSE.md")],
    ["Fira Sans (@fontsource/fira-sans)", join(packages, "@fontsource/fira-sans/LICENSE")],
    ["FiraGO", join(here, "fonts/OFL-firago.txt")],
    ["Tabler Icons (@tabler/icons)", join(packages, "@tabler/icons/LICENSE")],
    ["Turbo (@hotwired/turbo)", join(here, "licences/turbo.txt")],
    ["Stimulus (@hotwired/stimulus)", join(packages, "@hotwired/stimulus/LICENSE.md")],
    ["Socket.IO client (socket.io-client)", join(packages, "socket.io-client/LICENSE")],
    ["Engine.IO client (engine.io-client)", join(packages, "engine.io-client/LICENSE")],
    ["Socket.IO parser (socket.io-parser)", join(packages, "socket.io-parser/LICENSE")],
    ["Tiptap (@tiptap/core and its extensions)", join(packages, "@tiptap/core/LICENSE.md")],
    ["ProseMirror (prosemirror-*)", join(packages, "prosemirror-view/LICENSE")],
    ["y-prosemirror (@tiptap/y-tiptap)", join(packages, "@tiptap/y-tiptap/LICENSE")],
    ["Yjs (yjs)", join(packages, "yjs/LICENSE")],
    ["Yjs protocols (y-protocols)", join(packages, "y-protocols/LICENSE")],
    ["lib0", join(packages, "lib0/LICENSE")],
  ]
  publish("licences.txt", sources.map(([name, path]) => `${name}\n${"=".repeat(name.length)}\n\n${read(path).trim()}\n`).join("\n\n"))
}

// ----------------------------------------------------------------------------------------------------------------- build

noPhysicalSides()
const sizes = { ...(await script()), css: kilobytes(await style("app.css")), paper: kilobytes(await style("editor.css")), goals: kilobytes(await style("goals.css")), coverage: kilobytes(await style("coverage.css")) }
sprite()
licences()
files.set("manifest.json", JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 1) + "\n")

for (const [part, budget] of Object.entries(BUDGETS)) {
  console.log(`${part.padEnd(10)} ${sizes[part].toFixed(1).padStart(5)} of ${budget} kB`)
  if (sizes[part] > budget) {
    console.error(`${part} passes its budget`)
    process.exitCode = 1
  }
}
if (process.exitCode) process.exit()

rmSync(dist, { recursive: true, force: true })
for (const [name, content] of files) {
  mkdirSync(dirname(join(dist, name)), { recursive: true })
  writeFileSync(join(dist, name), content)
}
