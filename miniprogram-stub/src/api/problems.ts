/** What went wrong with a request, and what the person sees of it. */

export type Kind =
  | 'signin' // who you are has to be shown again
  | 'changed' // somebody else was quicker
  | 'fields' // something typed cannot stay so
  | 'gone'
  | 'busy' // later it will work
  | 'offline'
  | 'refused' // not allowed, with the reason
  | 'broken'

export interface Problem {
  kind: Kind
  title: string
  detail: string
  /** `/problems/…` by which a page may know a refusal. */
  type: string
  /** First sentence per field of a form. */
  fields: Record<string, string>
  /** Seconds the server asks us to wait. */
  wait: number
}

interface Told {
  title?: string
  detail?: string
  type?: string
  errors?: Record<string, unknown>
}

const KINDS: Record<number, Kind> = {
  401: 'signin',
  404: 'gone',
  409: 'changed',
  422: 'fields',
  429: 'busy',
  502: 'busy',
  503: 'busy',
  504: 'busy',
}
const WORDS: Partial<Record<Kind, [title: string, detail: string]>> = {
  signin: ['请重新进入一次', '您写的还在这里，进入后接着办。'],
  gone: ['这条内容不在了', '可能已合并或下架，可以回到列表看看。'],
  busy: ['现在人多，稍等一会儿再试', ''],
  offline: ['网络不通', '连上网后再试；急事可以打居委会电话。'],
  broken: ['这里出了点问题', '我们这边的错，请过一会儿再试；急事可以打居委会电话。'],
}
const CHANGED = '这件事刚刚有了新进展'
/** What the server says of any form; which fields it means is said instead. */
const SOME_FIELD = '填写的内容有误'
const LOOK_AGAIN = '还有地方要改一改'
const NOT_SIGNED_IN = '/problems/not-signed-in'
const FIRST_WAIT = 2

export function problemOf(status: number, body: unknown, retryAfter?: string): Problem {
  const told: Told = { ...(typeof body === 'object' ? body : {}) }
  const kind = kindOf(status, told.type)
  const fields = firstSentences(told.errors)
  if (kind === 'fields' && (told.title ?? SOME_FIELD) === SOME_FIELD) {
    ;[told.title, told.detail] = [LOOK_AGAIN, told.detail ?? sentencesOf(fields)]
  }
  const [title, detail] = WORDS[kind] ?? [
    told.title ?? '这一步现在办不了',
    told.detail ?? (kind === 'changed' ? CHANGED : ''),
  ]
  return {
    kind,
    title,
    detail: kind === 'gone' || kind === 'broken' ? detail : (told.detail ?? detail),
    type: told.type ?? '',
    fields,
    wait: Number(retryAfter) > 0 ? Number(retryAfter) : kind === 'busy' ? FIRST_WAIT : 0,
  }
}

/** A 401 about a wrong password or code is no session that has run out. */
function kindOf(status: number, type?: string): Kind {
  if (status === 401 && type && type !== NOT_SIGNED_IN) return 'refused'
  return KINDS[status] ?? (status >= 500 ? 'broken' : 'refused')
}

export function offline(): Problem {
  const [title, detail] = WORDS.offline!
  return { kind: 'offline', title, detail, type: '', fields: {}, wait: 0 }
}

/** Worth sending again by itself, with nothing changed. */
export function isPassing({ kind }: Problem): boolean {
  return kind === 'offline' || kind === 'busy' || kind === 'broken'
}

/** How it stands is no longer, or never was, as the page shows it: it has to be read anew. */
export function isOfOld({ kind }: Problem): boolean {
  return kind === 'changed' || kind === 'gone' || kind === 'refused'
}

export function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === 'object' && thrown !== null && 'kind' in thrown && 'fields' in thrown
}

/** `{json: {title: ["…"]}}` or `{title: ["…"]}` as `{title: "…"}`. */
function firstSentences(errors: Record<string, unknown> = {}): Record<string, string> {
  const inner = (errors.json ?? errors.query ?? errors) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(inner).map(([field, told]) => [field, firstText(told)] as const),
  )
}

/** Also where the form has no place for them. */
function sentencesOf(fields: Record<string, string>): string {
  const said = Object.values(fields).map((words) => words.replace(/[。；]$/, ''))
  return [...new Set(said.filter(Boolean))].join('；')
}

function firstText(told: unknown): string {
  if (typeof told === 'string') return told
  if (typeof told !== 'object' || told === null) return ''
  return firstText(Object.values(told)[0])
}
