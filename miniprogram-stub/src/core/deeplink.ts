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
const PAGES: Record<string, string> = {
  'matter/detail': '/matter/detail',
  'pages/matter/detail': '/matter/detail',
  'pages/matter/appraisal': '/matter/rate',
  'pages/conversation': '/matter/statements',
  'matter/hall': '/matter/hall',
  'pages/meeting/detail': '/matter/hall',
  'pages/meeting/minutes': '/matter/hall',
  'public/board': '/public/board',
  'public/item': '/public/item',
  'pages/me': '/account/review',
}
/** Those that also stand without naming anything. */
const WITHOUT_ID: Record<string, string> = {
  'public/board': '/public/board',
  'pages/home/index': '/pages/home/index',
}
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
  const known = PAGES[path]
  const id = /(?:^|&)(?:id|review)=([^&]*)/.exec(query)?.[1]
  if (known && id && ID.test(id)) return { to: 'page', url: `${known}?id=${id}` }
  const alone = id ? undefined : WITHOUT_ID[path]
  return alone ? { to: 'page', url: alone } : NOTHING
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
