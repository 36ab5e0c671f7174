import { beforeEach, expect, it, vi } from 'vitest'
import { call, identifyThrough } from '@/api/client'
import type { Problem } from '@/api/problems'

interface Asked {
  url: string
  method: string
  data?: string
  header: Record<string, string>
}

let asked: Asked[]
let token: string | null
let person: string
let renewals: number
let answer: (request: Asked) => { statusCode: number; data?: unknown; header?: object } | null

beforeEach(() => {
  ;[asked, token, person, renewals] = [[], 'old', 'r1', 0]
  answer = ({ header }) =>
    header.Authorization === 'Bearer new' ? { statusCode: 200, data: {} } : { statusCode: 401 }
  identifyThrough({
    token: () => token,
    person: () => person,
    async renew() {
      renewals += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      token = 'new'
      return true
    },
  })
  vi.stubGlobal('uni', {
    request({ success, fail, ...request }: Asked & { success: (a: unknown) => void; fail: () => void }) {
      asked.push(request)
      const told = answer(request)
      setTimeout(() => (told ? success(told) : fail()), asked.length) // one after the other
    },
  })
})

it('signs in once for however many calls, and repeats each of them once', async () => {
  await Promise.all([1, 2, 3, 4].map(() => call('get', '/api/v1/me', {})))

  expect(renewals).toBe(1)
  expect(asked).toHaveLength(8)
})

it('gives up where nobody can be asked', async () => {
  identifyThrough({ token: () => token, person: () => person, renew: async () => false })
  const refused = call('get', '/api/v1/me', {}).catch((problem: Problem) => problem.kind)
  expect(await refused).toBe('signin')
  expect(asked).toHaveLength(1)
})

it('asks nothing again in the name of whoever has come in meanwhile', async () => {
  const mine = call('get', '/api/v1/me', {})
  ;[token, person] = ['new', 'r2']
  await expect(mine).rejects.toMatchObject({ kind: 'signin' })
  expect(asked).toHaveLength(1)
})

it('does not renew for somebody who is not signed in', async () => {
  token = null
  await expect(call('get', '/api/v1/me', {})).rejects.toMatchObject({ kind: 'signin' })
  expect(renewals).toBe(0)
})

it('puts everything where the server looks for it', async () => {
  token = 'new'
  answer = () => ({ statusCode: 204 })
  const path = { purpose: '微信' }
  const gone = await call('delete', '/api/v1/me/consents/{purpose}', { path, key: 'k1' })
  await call('get', '/api/v1/proposals', { query: { mine: true, q: '楼道 灯', after: null } })

  expect(gone).toBeNull()
  expect(asked[0]).toMatchObject({
    method: 'DELETE',
    url: '/api/v1/me/consents/%E5%BE%AE%E4%BF%A1',
    header: { 'Idempotency-Key': 'k1', Authorization: 'Bearer new' },
  })
  expect(asked[1]!.url).toBe('/api/v1/proposals?mine=true&q=%E6%A5%BC%E9%81%93%20%E7%81%AF')
})

it('tells a missing network from an answer', async () => {
  token = 'new'
  answer = () => null
  await expect(call('get', '/api/v1/me', {})).rejects.toMatchObject({ kind: 'offline' })
  answer = () => ({ statusCode: 503, data: {}, header: { 'retry-after': '9' } })
  await expect(call('get', '/api/v1/me', {})).rejects.toMatchObject({ kind: 'busy', wait: 9 })
})
