import { beforeEach, expect, it, vi } from 'vitest'
import type { Session } from '@/core/session'
import { FakeStore } from './fakes'

interface Asked {
  url: string
  header: Record<string, string>
  success: (answer: { statusCode: number; data: unknown }) => void
}

const MINE: Session = {
  token: 'run out',
  kind: 'resident',
  person: 'r1',
  communityId: 'c1',
  level: 2,
  consentMissing: false,
}
let store: FakeStore
let asked: Asked[]
let whoseCode: string

beforeEach(() => {
  store = new FakeStore()
  store.set('session', MINE)
  store.set('person', MINE.person)
  ;[asked, whoseCode] = [[], MINE.person]
  vi.resetModules()
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => store.get(name) ?? '',
    setStorageSync: (name: string, value: unknown) => store.set(name, value),
    removeStorageSync: (name: string) => store.remove(name),
    getStorageInfoSync: () => ({ keys: store.names() }),
    getAppBaseInfo: () => ({}),
    login: ({ success }: { success: (told: object) => void }) => success({ code: 'c' }),
    request(wanted: Asked) {
      asked.push(wanted)
      setTimeout(() => wanted.success(answered(wanted)), asked.length)
    },
  })
})

function answered({ url, header }: Asked) {
  if (url.endsWith('/sessions/wechat') && !header.Authorization) {
    const person = { resident_id: whoseCode, community_id: 'c1', basic_consent_missing: false }
    return { statusCode: 200, data: { token: 'new', kind: 'resident', level: 2, ...person } }
  }
  return { statusCode: header.Authorization === 'Bearer new' ? 200 : 401, data: {} }
}

async function aPhone() {
  const [session, { call }] = await Promise.all([
    import('@/use/session'),
    import('@/api/client'),
  ])
  return { ...session, ask: () => call('get', '/api/v1/me/inbox', {}) }
}

it('answers every part of a page, also one that asks while the session is renewed', async () => {
  const { ask, isSignedIn, session } = await aPhone()

  const first = ask()
  while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(isSignedIn.value).toBe(true)
  const second = ask()

  await Promise.all([first, second])
  expect(asked.filter(({ url }) => url.endsWith('/sessions/wechat'))).toHaveLength(1)
  expect(session.value?.token).toBe('new')
})

it('brings nobody back who has signed out meanwhile', async () => {
  const { ask, forgetHere, session } = await aPhone()
  const left = ask()
  while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  forgetHere()

  await expect(left).rejects.toMatchObject({ kind: 'signin' })
  expect(session.value).toBeNull()
})

it('takes in nobody else', async () => {
  whoseCode = 'r2'
  const { ask, person, session } = await aPhone()

  await expect(ask()).rejects.toMatchObject({ kind: 'signin' })
  expect(session.value).toBeNull()
  expect(person.value).toBe('r1')
})
