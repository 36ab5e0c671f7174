/** Who is signed in on this phone, for pages and for the way to the backend. */
import { computed, shallowRef } from 'vue'
import { call, identifyThrough, type Answer } from '../api/client'
import { isProblem } from '../api/problems'
import { isSomebodyElse, missing, sessionOf, type Session } from '../core/session'
import { adopt, wipe } from '../core/stores'
import { freshCode, HAS_WECHAT } from '../platform/login'
import { storage, whenChangedElsewhere } from '../platform/storage'
import { agreeWith, look } from './appearance'

export type Me = Answer<'/api/v1/me', 'get'>

const SESSION = 'session'
const PERSON = 'person'
const DEMO_PHONE = 'demo_phone'

export const session = shallowRef<Session | null>(storage.get<Session>(SESSION))
export const me = shallowRef<Me | null>(null)
export const isSignedIn = computed(() => missing(session.value) === null)
/** Whose drafts and saved copies lie here, also while the session has run out. */
export const person = shallowRef<string | null>(storage.get<string>(PERSON))

identifyThrough({
  token: () => session.value?.token ?? null,
  person: () => person.value,
  renew,
})

/** Who signs out, or comes in, in another window of this browser does so in all of them. */
whenChangedElsewhere((name) => {
  if (name !== SESSION && name !== PERSON) return
  if (person.value !== storage.get<string>(PERSON)) me.value = null
  person.value = storage.get<string>(PERSON)
  const kept = storage.get<Session>(SESSION)
  session.value = kept?.person === person.value ? kept : null
})

/** By WeChat, or as a demo phone of a browser. */
export async function signInByCode(openid: string | null = null): Promise<Session | null> {
  const entered = await sessionByCode(openid)
  if (!entered) return null
  storage.set(DEMO_PHONE, openid)
  return enter(entered)
}

async function sessionByCode(openid: string | null): Promise<Session | null> {
  const code = await freshCode(openid)
  if (!code) return null
  const asked = { body: { code }, asNobody: true }
  return sessionOf(await call('post', '/api/v1/sessions/wechat', asked))
}

/** Take over what the server answered to any way of signing in. */
export function enter(entered: Session): Session {
  storage.set(PERSON, entered.person) // first: other windows learn who is here before things go
  if (isSomebodyElse(person.value, entered)) wipe(storage, person.value!)
  adopt(storage, entered.person)
  person.value = entered.person
  keep(entered)
  me.value = null
  return entered
}

/** Who I am, anew from the server; also what 长辈版 it remembers. */
export async function readMe(): Promise<Me> {
  const reader = person.value
  const answer = await call('get', '/api/v1/me', {})
  if (reader !== person.value) return answer // the phone has changed hands meanwhile
  take(answer)
  if (agreeWith(answer.large_type, reader)) void tellElder()
  return answer
}

export function take(answer: Me): void {
  me.value = answer
  // Another window may have signed out, or come in anew, just now: what it has kept stays.
  if (!session.value || storage.get<Session>(SESSION)?.token !== session.value.token) return
  keep({
    ...session.value,
    communityId: answer.community?.id ?? null,
    level: answer.level,
    consentMissing: answer.basic_consent_missing,
  })
}

/** Best effort: at the next start both are compared again. */
export async function tellElder(): Promise<void> {
  if (!isSignedIn.value) return
  const reader = person.value
  try {
    const answer = await call('put', '/api/v1/me', { body: { large_type: look.value.elder } })
    if (reader === person.value) take(answer)
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
  }
}

/** Wipes at once what this person kept here; the session is ended without waiting for it. */
export function signOut(): void {
  const ended = call('delete', '/api/v1/sessions/current', {})
  forgetHere()
  ended.catch((thrown: unknown) => {
    if (!isProblem(thrown)) throw thrown // offline: the session ends by itself in a few days
  })
}

/** Wipes what the person kept here, where no session is left to be ended. */
export function forgetHere(): void {
  for (const name of [SESSION, PERSON, DEMO_PHONE]) storage.remove(name)
  if (person.value) wipe(storage, person.value)
  session.value = null
  person.value = null
  me.value = null
}

/**
 * A 401: sign in again silently where the phone can; a session of work is never renewed so.
 * The old one is kept until it is known whether another comes: no page shows signed out in between,
 * and who leaves then is asked for nothing when they come back.
 */
async function renew(): Promise<boolean> {
  const openid = storage.get<string>(DEMO_PHONE)
  const { token, kind } = session.value ?? {}
  const wasResident = kind === 'resident'
  if (wasResident && (HAS_WECHAT || openid !== null) && (await isTakenIn(openid))) return true
  // One that came meanwhile stays, here or in another window of this browser.
  if (session.value?.token === token) session.value = null
  if (storage.get<Session>(SESSION)?.token === token) storage.remove(SESSION)
  return false
}

/**
 * Nobody else: whoever came in with a slip on another's phone is not that other person, and who has
 * signed out meanwhile is not brought back.
 */
async function isTakenIn(openid: string | null): Promise<boolean> {
  try {
    const entered = await sessionByCode(openid)
    if (!entered || entered.person !== person.value) return false
    enter(entered)
    return true
  } catch (thrown) {
    if (isProblem(thrown)) return false
    throw thrown
  }
}

function keep(kept: Session): void {
  session.value = kept
  storage.set(SESSION, kept)
}
