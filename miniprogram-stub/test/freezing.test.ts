import { expect, it } from 'vitest'
import {
  freezingSentence,
  freezingTitle,
  isInForce,
  mayAppealFreezing,
  type Freezing,
} from '@/points/core/freezing'
import { isAct, saying } from '@/points/core/saying'
import { NOW } from './fakes'

const ONE: Freezing = {
  id: 'f',
  owner: 'person',
  aim: 'freeze',
  state: 'confirmed',
  reason: '两件善行的证明对不上',
  decision_ref: '核查〔2026〕3号',
  appeal_until: '2026-12-17T16:00:00Z',
  due_at: null,
  judged_reason: null,
}
const LATE = Date.parse('2026-12-18T00:00:00Z')

it('says what cannot be done, what is still there, and until when one may say no', () => {
  expect(freezingTitle(ONE)).toBe('我的积分冻结了')
  expect(freezingTitle({ ...ONE, owner: 'family' })).toBe('全家的积分冻结了')
  const told = freezingSentence(ONE, NOW)
  expect(told).toContain('积分一分不少')
  expect(told).toContain('12月17日前向监督委员会申诉')
  expect(freezingSentence(ONE, LATE)).not.toContain('申诉')
})

it('may be appealed once and in time', () => {
  expect(mayAppealFreezing(ONE, NOW)).toBe(true)
  expect(mayAppealFreezing(ONE, LATE)).toBe(false)
  for (const state of ['appealed', 'stands', 'lifted'])
    expect(mayAppealFreezing({ ...ONE, state }, NOW)).toBe(false)
  expect(mayAppealFreezing({ ...ONE, aim: 'unfreeze' }, NOW)).toBe(false)
  expect(isAct('appeal_freezing')).toBe(true)
  expect(saying('appeal_freezing', 'f', '请再查')).toEqual({
    method: 'post',
    path: '/api/v1/virtue-bank/freezing-requests/f/appeal',
    body: { text: '请再查' },
  })
})

it('stands still until it is lifted', () => {
  expect(['confirmed', 'appealed', 'stands'].map((state) => isInForce({ ...ONE, state }))).toEqual([
    true,
    true,
    true,
  ])
  expect(isInForce({ ...ONE, state: 'lifted' })).toBe(false)
  expect(isInForce({ ...ONE, aim: 'unfreeze' })).toBe(false)
  const appealed = { ...ONE, state: 'appealed', due_at: '2026-12-03T16:00:00Z' }
  expect(freezingSentence(appealed, NOW)).toContain('12月3日前答复')
  expect(freezingSentence({ ...ONE, state: 'stands' }, NOW)).toContain('是对的')
  expect(freezingSentence({ ...ONE, state: 'lifted' }, NOW)).toContain('照常')
  expect(freezingTitle({ ...ONE, aim: 'unfreeze' })).toBe('我的积分解冻了')
  expect(freezingSentence({ ...ONE, aim: 'unfreeze' }, NOW)).toContain('照常')
})
