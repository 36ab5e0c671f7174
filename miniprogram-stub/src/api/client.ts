/** The one way to the backend, typed by its OpenAPI document. */
import { API_BASE, CLIENT } from '../platform/client'
import { offline, problemOf, type Problem } from './problems'
import type { paths } from './schema'

type Method = 'get' | 'post' | 'put' | 'delete'
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : null
type Success<R> = { [S in keyof R & (200 | 201 | 202 | 204)]: Json<R[S]> }[keyof R &
  (200 | 201 | 202 | 204)]

/** The paths that know `M`. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never
}[keyof paths]
export type Answer<P extends keyof paths, M extends Method> = paths[P][M] extends {
  responses: infer R
}
  ? Success<R>
  : never
export type Asked<P extends keyof paths, M extends Method> = (paths[P][M] extends {
  parameters: { path: infer Path }
}
  ? { path: Path }
  : { path?: never }) &
  (paths[P][M] extends { parameters: { query?: infer Query } } ? { query?: Query } : object) &
  (paths[P][M] extends { requestBody: { content: { 'application/json': infer Body } } }
    ? { body: Body }
    : { body?: never }) &
  Acting<paths[P][M]> & { key?: string; asNobody?: boolean }
/** Where one may act for another: whom, as their proxy; empty, for oneself. */
type Acting<R> = R extends { parameters: { header?: infer Header } }
  ? [NonNullable<Header>] extends [never]
    ? object
    : { onBehalfOf?: string }
  : object

interface Identity {
  token: () => string | null
  /** Whose phone this is now. */
  person: () => string | null
  /** Sign in again without asking anybody; false if that cannot be done here. */
  renew: () => Promise<boolean>
}

export interface Request {
  method: Method
  url: string
  body?: unknown
  /** The Idempotency-Key. */
  key?: string
  onBehalfOf?: string
}

const TIMEOUT_MS = 15_000
let identity: Identity = { token: () => null, person: () => null, renew: async () => false }
let renewing: Promise<boolean> | null = null

export function identifyThrough(given: Identity): void {
  identity = given
}

/** Throws a `Problem` for everything but success. `asNobody`: signing in, whoever is in so far. */
export function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  asked: Asked<P, M>,
): Promise<Answer<P, M>> {
  const { path: parts, query } = asked as { path?: Record<string, string>; query?: object }
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts![name]!))
  const { body, key, onBehalfOf } = asked as Omit<Request, 'method' | 'url'>
  const wanted = { method, url: url + queryOf(query), body, key, onBehalfOf }
  const answer = asked.asNobody ? once(wanted, identifying(null)) : request(wanted)
  return answer as Promise<Answer<P, M>>
}

/** As `call`, for what the outbox has kept as plain data. */
export function request(wanted: Request): Promise<unknown> {
  return identified((header) => once(wanted, header))
}

/** `ask` with whose request it is, and once more where the session was renewed over it. */
export async function identified<T>(
  ask: (header: Record<string, string>) => Promise<T>,
): Promise<T> {
  const [token, person] = [identity.token(), identity.person()]
  try {
    return await ask(identifying(token))
  } catch (thrown) {
    const problem = thrown as Problem
    if (problem.kind !== 'signin' || token === null) throw problem
    const isStillOld = renewing !== null || identity.token() === token
    if (isStillOld && !(await renewed())) throw problem
    if (identity.person() !== person) throw problem // nobody asks in another's name
    return ask(identifying(identity.token()))
  }
}

/** However many calls meet a 401 at once, one sign-in answers them. */
function renewed(): Promise<boolean> {
  renewing ??= identity.renew().finally(() => {
    renewing = null
  })
  return renewing
}

function once(
  { method, url, body, key, onBehalfOf }: Request,
  identification: Record<string, string>,
): Promise<unknown> {
  const header = { ...identification }
  if (key) header['Idempotency-Key'] = key
  if (onBehalfOf) header['X-On-Behalf-Of'] = onBehalfOf
  if (body !== undefined) header['Content-Type'] = 'application/json'
  return new Promise((resolve, reject: (problem: Problem) => void) => {
    uni.request({
      url: API_BASE + url,
      method: method.toUpperCase() as 'GET',
      data: body === undefined ? undefined : JSON.stringify(body),
      header,
      timeout: TIMEOUT_MS,
      success({ statusCode, data, header: answered }) {
        if (statusCode >= 200 && statusCode < 300) resolve(statusCode === 204 ? null : data)
        else reject(problemOf(statusCode, data, retryAfter(answered)))
      },
      fail: () => reject(offline()),
    })
  })
}

function identifying(token: string | null): Record<string, string> {
  return { 'X-Client': CLIENT, ...(token ? { Authorization: `Bearer ${token}` } : {}) }
}

function queryOf(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  if (!given.length) return ''
  return `?${given.map(([name, v]) => `${name}=${encodeURIComponent(String(v))}`).join('&')}`
}

function retryAfter(header: Record<string, string> = {}): string | undefined {
  return header['Retry-After'] ?? header['retry-after']
}
