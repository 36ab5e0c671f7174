import { expect, it } from 'vitest'
import {
  barsOf,
  countedOf,
  nextKnown,
  untilText,
  voteText,
  writtenText,
  type Statement,
} from '@/core/opinions'
import { NOW } from './fakes'

const statement = (id: string, more: Partial<Statement> = {}): Statement => ({
  id,
  no: Number(id),
  text: `第${id}条`,
  my_vote: null,
  is_mine: false,
  moderation: 'accepted',
  ...more,
})

it('names a vote', () => {
  expect([1, -1, 0, null].map(voteText)).toEqual(['同意', '不同意', '跳过', ''])
})

it('finds without network what is not answered yet, the oldest first', () => {
  const all = [
    statement('5'),
    statement('4', { my_vote: 0 }),
    statement('3', { is_mine: true }),
    statement('2', { moderation: 'pending' }),
    statement('1'),
  ]
  expect(nextKnown(all, new Set())?.id).toBe('1')
  expect(nextKnown(all, new Set(['1']))?.id).toBe('5')
  expect(nextKnown(all, new Set(['1', '5']))).toBeNull()
})

it('puts the counts beside the words they are about', () => {
  const tally = { no: 1, agree: 3, disagree: 1, passed: 0 }
  const tallies = [
    { ...tally, statement_id: '2', no: 2 },
    { ...tally, statement_id: '1' },
    { ...tally, statement_id: 'unknown' },
  ]
  const counted = countedOf(tallies, [statement('1', { my_vote: 1 }), statement('2')])
  expect(counted.map(({ text, mine }) => [text, mine])).toEqual([
    ['第1条', 1],
    ['第2条', null],
  ])
  expect(barsOf(tally).map(({ label, count, share }) => [label, count, share])).toEqual([
    ['同意', 3, 75],
    ['不同意', 1, 25],
    ['跳过', 0, 0],
  ])
  expect(barsOf({ agree: 0, disagree: 0, passed: 0 })[0]!.share).toBe(0)
})

it('says how long it goes on, and what becomes of what was written', () => {
  expect(untilText({ state: 'closed', closes_at: null }, NOW)).toContain('结束了')
  expect(untilText({ state: 'open', closes_at: '2026-12-09T16:00:00Z' }, NOW)).toBe(
    '征集到12月9日（星期三），没结束前都可以改。',
  )
  expect(untilText({ state: 'open', closes_at: null }, NOW)).toBe('没结束前都可以改。')
  expect(writtenText({ no: 9, moderation: 'pending' })).toContain('收到了，第9条。网格员看过以后')
  expect(writtenText({ no: 9, moderation: 'odd' })).toBe('收到了，第9条。')
})
