/** 公开栏 as strangers read it; a neighbour also reads what is meant for neighbours only. */
import { computed } from 'vue'
import { call, type Answer } from '../api/client'
import { isProblem } from '../api/problems'
import { isSignedIn, me, readMe, session } from './session'

type Public = Answer<'/api/v1/communities/{code}/publications', 'get'>
export type Notice = Public['items'][number] & { source_type?: string | null; source_id?: string | null }

const NEIGHBOUR = 2

const isNeighbour = computed(
  () => isSignedIn.value && ((session.value?.level ?? 0) >= NEIGHBOUR || !isResident()),
)

function isResident(): boolean {
  return session.value?.kind === 'resident'
}

export interface Place {
  id: string
  code: string
  name: string
  phone: string
}

/** Whose session has just run out reads on as a stranger: nobody has to come in for the board. */
async function whoeverReads<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind !== 'signin' || isSignedIn.value) throw thrown
    return read()
  }
}

/** Where the board hangs: named in the link, else where I live, else the only one there is. */
export const placeOf = (id: string) => whoeverReads(() => placeNamed(id))

async function placeNamed(id: string): Promise<Place | null> {
  if (!id && isSignedIn.value) return (me.value ?? (await readMe())).community
  const { items } = await call('get', '/api/v1/communities', {})
  return items.find((place) => place.id === id) ?? (items.length === 1 ? items[0]! : null)
}

export const readBoard = (place: Place, after: string | null) =>
  whoeverReads(() => noticesOf(place, after))

async function noticesOf(
  place: Place,
  after: string | null,
): Promise<{ items: Notice[]; next: string | null }> {
  const query = { after, limit: 20 }
  if (isNeighbour.value && session.value?.communityId === place.id) {
    return call('get', '/api/v1/bulletins', { query })
  }
  const path = { code: place.code }
  return call('get', '/api/v1/communities/{code}/publications', { path, query })
}

/** `isOpen`: strangers may read it too, so it may be handed on. */
export const readNotice = (id: string) => whoeverReads(() => noticeOf(id))

async function noticeOf(id: string): Promise<{ notice: Notice; isOpen: boolean }> {
  const path = { bulletin_id: id }
  if (isNeighbour.value) {
    try {
      const notice = await call('get', '/api/v1/bulletins/{bulletin_id}', { path })
      return { notice, isOpen: notice.audience === 'open' }
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.kind !== 'gone') throw thrown // of another community
    }
  }
  return { notice: await call('get', '/api/v1/publications/{bulletin_id}', { path }), isOpen: true }
}
