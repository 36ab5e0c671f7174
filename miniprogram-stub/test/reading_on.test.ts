import { beforeEach, expect, it, vi } from 'vitest'
import { FakeStore } from './fakes'

interface Asked {
  url: string
  header: Record<string, string>
  success: (answer: { statusCode: number; data: unknown }) => void
}

const PLACE = { id: 'c1', code: 'hpl', name: '和平里', phone: '010-1' }
let asked: string[]

beforeEach(() => {
  asked = []
  const store = new FakeStore()
  const level = { level: 2, consentMissing: false, communityId: 'c1' }
  store.set('session', { token: 'run out', kind: 'field', person: 'r1', ...level })
  store.set('person', 'r1')
  vi.resetModules()
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => store.get(name) ?? '',
    setStorageSync: (name: string, value: unknown) => store.set(name, value),
    removeStorageSync: (name: string) => store.remove(name),
    getAppBaseInfo: () => ({}),
    request({ url, header, success }: Asked) {
      asked.push(url)
      const isIn = Boolean(header.Authorization)
      success(isIn ? { statusCode: 401, data: {} } : { statusCode: 200, data: { items: [PLACE] } })
    },
  })
})

it('reads the board on as a stranger when the session has run out and cannot be renewed', async () => {
  const { placeOf, readBoard } = await import('@/use/board')

  expect(await placeOf('')).toEqual(PLACE)
  expect((await readBoard(PLACE, null)).items).toHaveLength(1)
  expect(asked).toEqual([
    '/api/v1/me',
    '/api/v1/communities',
    '/api/v1/communities/hpl/publications?limit=20',
  ])
})

it('reads the list, and one notice, on where that is what found it out', async () => {
  const { readBoard } = await import('@/use/board')
  expect((await readBoard(PLACE, null)).items).toHaveLength(1)

  vi.resetModules()
  const { readNotice } = await import('@/use/board')
  expect(await readNotice('b1')).toMatchObject({ isOpen: true })
})
