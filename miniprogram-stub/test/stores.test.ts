import { expect, it } from 'vitest'
import { newKey } from '@/core/ids'
import { adopt, makeRoom, NOBODY, personal, wipe } from '@/core/stores'
import { FakeStore } from './fakes'

it('wipes what one person kept, and nothing else', () => {
  const store = new FakeStore()
  store.set(personal('a', 'form'), 1)
  store.set(personal('ab', 'form'), 2)
  store.set('elder', true)

  wipe(store, 'a')

  expect(store.names()).toEqual([personal('ab', 'form'), 'elder'])
})

it('hands what was written before signing in over to the person, replacing nothing', () => {
  const store = new FakeStore()
  store.set(personal(NOBODY, 'form:matter'), 'new')
  store.set(personal(NOBODY, 'form:other'), 'lost to the older one')
  store.set(personal('a', 'form:other'), 'mine')

  adopt(store, 'a')

  expect(store.get(personal('a', 'form:matter'))).toBe('new')
  expect(store.get(personal('a', 'form:other'))).toBe('mine')
  expect(store.names().filter((name) => name.includes(NOBODY))).toEqual([])
})

it('makes keys the server takes for UUIDs', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newKey()).not.toBe(newKey())
  expect(newKey(() => 0)).toBe('00000000-0000-4000-8000-000000000000')
})

it('gives up saved copies of a full phone, and nothing that was written', () => {
  const store = new FakeStore()
  store.set(personal('a', 'copy:matter:1'), 1)
  store.set(personal(NOBODY, 'copy:board:'), 1)
  store.set(personal('a', 'form:copy:'), 'written')
  store.set(personal('a', 'outbox'), [])

  expect(makeRoom(store)).toBe(true)
  expect(store.names()).toEqual([personal('a', 'form:copy:'), personal('a', 'outbox')])
  expect(makeRoom(store)).toBe(false)
})
