/**
 * Where a link leads: printed codes, messages, shared addresses.
 *
 * An id in a link is never permission: the page asks the server, which decides.
 */

export interface Launch {
  /** Of a 小程序码, encoded once. */
  scene?: string
  /** A whole printed link, encoded once. */
  q?: string
  /** `#/…?code=` of the browser build. */
  code?: string
  /** A page of a message or a card, with its query. */
  page?: string
}

export type Destination =
  | { to: 'page'; url: string }
  | { to: 'code'; code: string }
  | { to: 'nothing' }

/** Pages a link may open, as messages and printed codes name them. */
const PAGES = new Set([
  'account/complaint',
  'account/review',
  'matter/detail',
  'matter/hall',
  'matter/rate',
  'matter/statements',
  'points/confirm',
  'points/deed',
  'points/honour',
  'points/nominee',
  'points/order',
  'public/board',
  'public/item',
])
/** Those that also stand without naming anything. */
const WITHOUT_ID = new Set([
  'account/complaint',
  'account/inbox',
  'grid/work',
  'pages/home/index',
  'points/account',
  'points/appeal',
  'points/confirm',
  'points/family',
  'points/honours',
  'points/orders',
  'public/board',
  'public/deeds',
])
const CODE = /^[0-9A-HJKMNP-TV-Z]{8}$/
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const NOTHING: Destination = { to: 'nothing' }

export function destination(launch: Launch): Destination {
  if (launch.scene) return byCode(/^q=(.*)$/.exec(decoded(launch.scene))?.[1])
  if (launch.q) return byCode(/\/q\/([^/?#]+)/.exec(decoded(launch.q))?.[1])
  if (launch.code) return byCode(launch.code)
  return launch.page ? byPage(launch.page) : NOTHING
}

/** As eyes read small print: I and L are 1, O is 0. */
function byCode(typed = ''): Destination {
  const code = typed
    .toUpperCase()
    .replace(/[-\s]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  return CODE.test(code) ? { to: 'code', code } : NOTHING
}

function byPage(page: string): Destination {
  const [path = '', query = ''] = page.replace(/^\//, '').split('?')
  const id = /(?:^|&)id=([^&]*)/.exec(query)?.[1]
  if (id && ID.test(id) && PAGES.has(path)) return { to: 'page', url: `/${path}?id=${id}` }
  return !id && WITHOUT_ID.has(path) ? { to: 'page', url: `/${path}` } : NOTHING
}

/** Words of an address: a browser has decoded them already, and `20%` is no code then. */
export function wordsOf(text = ''): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
