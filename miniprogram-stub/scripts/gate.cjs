/** Looks at what was built: sizes, pages, WXML, addresses. Run both builds first. */
const { TmplGroup } = require('glass-easel-template-compiler')
const fs = require('node:fs')
const path = require('node:path')
const zlib = require('node:zlib')

const BUILT = path.join(__dirname, '..', 'dist', 'build')
const WEIXIN = path.join(BUILT, 'mp-weixin')
const H5 = path.join(BUILT, 'h5')
const KB = 1024
const MAIN_PACKAGE = 1000 * KB
const PACKAGE = 1500 * KB
const FIRST_LOAD = 200 * KB
const XML_NAMES = /^https?:\/\/www\.w3\.org\//
const API = process.env.VITE_API_BASE
const EMOJI = /\p{Extended_Pictographic}/u

const wrong = []

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(file) : [file]
  })
}

function sizeOf(files) {
  return files.reduce((sum, file) => sum + fs.statSync(file).size, 0)
}

function say(what, size, most) {
  console.log(`${what}: ${Math.round(size / KB)} kB of ${Math.round(most / KB)}`)
  if (size > most) wrong.push(`${what} is too large`)
}

function checkPackages(app) {
  const roots = (app.subPackages ?? []).map(({ root }) => root)
  const all = filesBelow(WEIXIN)
  const within = (root) => all.filter((file) => file.startsWith(path.join(WEIXIN, root) + path.sep))
  const elsewhere = new Set(roots.flatMap(within))
  say('main package', sizeOf(all.filter((file) => !elsewhere.has(file))), MAIN_PACKAGE)
  for (const root of roots) say(`package ${root}`, sizeOf(within(root)), PACKAGE)
}

function checkPages(app) {
  const inSubPackages = (app.subPackages ?? []).flatMap(({ root, pages }) =>
    pages.map((page) => `${root}/${page}`),
  )
  const pages = [...app.pages, ...inSubPackages]
  for (const page of pages) {
    for (const kind of ['js', 'json', 'wxml']) {
      if (!fs.existsSync(path.join(WEIXIN, `${page}.${kind}`))) wrong.push(`${page}.${kind} is missing`)
    }
  }
  for (const { pagePath } of app.tabBar.list) {
    if (!app.pages.includes(pagePath)) wrong.push(`the tab ${pagePath} is no page`)
  }
  console.log(`pages: ${pages.length}`)
}

/** `bindtap=` is read in devtools and phones alike; the compiler knows the form with a colon. */
function checkWxml() {
  const group = new TmplGroup()
  const files = filesBelow(WEIXIN).filter((file) => file.endsWith('.wxml'))
  for (const file of files) {
    const text = fs.readFileSync(file, 'utf8').replace(/\b(bind|catch)([a-z]+)=/g, '$1:$2=')
    for (const warning of group.addTmpl(path.relative(WEIXIN, file), text) ?? []) {
      wrong.push(`${path.relative(WEIXIN, file)}: ${JSON.stringify(warning)}`)
    }
  }
  console.log(`WXML files: ${files.length}`)
}

function checkText(folder) {
  for (const file of filesBelow(folder).filter((one) => /\.(js|json|wxml|wxss|css|html)$/.test(one))) {
    const text = fs.readFileSync(file, 'utf8')
    const name = path.relative(BUILT, file)
    for (const [address] of text.matchAll(/https?:\/\/[^\s"'`)\\]*/g)) {
      const isOurs = API && address.startsWith(API)
      if (!isOurs && !XML_NAMES.test(address)) wrong.push(`${name} names ${address}`)
    }
    const emoji = EMOJI.exec(text)
    if (emoji) wrong.push(`${name} has the picture ${emoji[0]}`)
  }
}

/** Everything a browser fetches before the first page stands, packed as a server packs it. */
function checkFirstLoad() {
  const html = fs.readFileSync(path.join(H5, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, name]) => name)
  const homes = filesBelow(H5).filter((file) => /pages-home/.test(file))
  const parts = [path.join(H5, 'index.html'), ...named.map((name) => path.join(H5, name)), ...homes]
  const shared = new Set(parts)
  for (const file of parts) {
    for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/"\.\/([\w.-]+\.(?:js|css))"/g)) {
      const imported = path.join(H5, 'assets', name)
      if (homes.includes(file) && fs.existsSync(imported)) shared.add(imported)
    }
  }
  const packed = [...shared].reduce((sum, f) => sum + zlib.gzipSync(fs.readFileSync(f)).length, 0)
  say('first load of the browser build, packed', packed, FIRST_LOAD)
}

const app = JSON.parse(fs.readFileSync(path.join(WEIXIN, 'app.json'), 'utf8'))
checkPackages(app)
checkPages(app)
checkWxml()
checkText(WEIXIN)
checkText(H5)
checkFirstLoad()
for (const each of wrong) console.error(each)
if (wrong.length) process.exit(1)
