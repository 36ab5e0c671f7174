import { describe, expect, it } from 'vitest'
import {
  badgeWord,
  clocks,
  isOpen,
  nextSentence,
  ownerOf,
  shortNumber,
  withShortNumbers,
  toneOf,
  type Standing,
} from '@/core/matters'
import { NOW } from './fakes'

const a = (status: string, more: Partial<Standing> = {}): Standing => ({
  status,
  owner: '网格员',
  due_at: '2026-12-07T16:00:00Z',
  closed_as: null,
  ...more,
})
const LATE = '2026-11-29T16:00:00Z'

describe('who does what by when', () => {
  it.each([
    ['submitted', '网格员12月7日前回您'],
    ['returned', '要补充一点，请您12月7日前补好再交'],
    ['queued', '等着排上议事会，12月7日前定下日子'],
    ['publicized', '商量的结果正在公示'],
    ['rejected', '这次没有受理，原因写在里面'],
    ['a status of tomorrow', ''],
  ])('%s', (status, words) => {
    expect(nextSentence(a(status), NOW)).toBe(words)
  })

  it('says how late somebody is', () => {
    expect(nextSentence(a('submitted', { due_at: LATE }), NOW)).toBe(
      '网格员说好11月29日，现在晚了2天',
    )
    expect(nextSentence(a('queued', { due_at: LATE, owner: null }), NOW)).toBe(
      '说好11月29日，现在晚了2天',
    )
  })

  it('names who looks into it, where somebody does', () => {
    const named = { owner: '承办人', assignee: '李桂兰' }
    expect(nextSentence(a('inquiring', { owner: ownerOf(named) }), NOW)).toBe(
      '承办人李桂兰12月7日前核实清楚',
    )
    expect(ownerOf({ owner: '承办人', assignee: null })).toBe('承办人')
    expect(ownerOf({ owner: '承办人' })).toBe('承办人')
    expect(ownerOf({ ...named, owner: '网格员' })).toBe('网格员')
  })

  it('goes without a day where there is none', () => {
    expect(nextSentence(a('acting', { due_at: null, owner: null }), NOW)).toBe('正在办，办好')
  })

  it('tells how it ended', () => {
    expect(nextSentence(a('closed', { closed_as: 'satisfied' }), NOW)).toBe('办完了，大家评为满意')
    expect(nextSentence(a('closed'), NOW)).toBe('办完了')
  })
})

it.each([
  ['closed', {}, 'done'],
  ['withdrawn', {}, 'stopped'],
  ['returned', {}, 'mine'],
  ['acting', {}, 'going'],
  ['acting', { due_at: null }, 'going'],
  ['acting', { due_at: '2026-12-02T16:00:00Z' }, 'soon'],
  ['acting', { due_at: LATE }, 'late'],
  ['publicized', { due_at: LATE }, 'going'],
] as const)('%s %o is shown as %s', (status, more, tone) => {
  expect(toneOf(a(status, more), NOW)).toBe(tone)
})

it('says lateness in words, not by colour alone', () => {
  expect(badgeWord('办理中', 'late')).toBe('办理中，晚了')
  expect(badgeWord('办理中', 'soon')).toBe('办理中，快到日子')
  expect(badgeWord('办理中', 'going')).toBe('办理中')
})

it('knows what is over', () => {
  expect(['closed', 'lapsed', 'acting', 'draft'].map((status) => isOpen({ status }))).toEqual([
    false,
    false,
    true,
    true,
  ])
})

it('says a number as people do on the telephone', () => {
  expect(shortNumber('2026-heping-0138')).toBe('0138')
  expect(withShortNumbers('事项 2026-heping-0138 已受理')).toBe('事项 0138 已受理')
  expect(withShortNumbers('11月10日四方协商，议题1项')).toBe('11月10日四方协商，议题1项')
})

describe('three clocks', () => {
  const submitted_at = '2026-11-20T02:00:00Z'

  it('since when, what this step has, what the board has', () => {
    const bulletins = [{ until_at: '2026-12-09T16:00:00Z' }, { until_at: null }]
    expect(clocks({ ...a('acting'), submitted_at, bulletins }, NOW)).toEqual([
      { name: '说事', says: '11月20日（星期五），到今天11天' },
      { name: '这一步', says: '12月7日前' },
      { name: '公示到', says: '12月9日（星期三）' },
    ])
  })

  it('only those that run', () => {
    expect(clocks({ ...a('draft', { due_at: null }), submitted_at: null }, NOW)).toEqual([])
    expect(clocks({ ...a('closed'), submitted_at }, NOW)).toEqual([
      { name: '说事', says: '11月20日（星期五）' },
    ])
    expect(clocks({ ...a('submitted', { due_at: LATE }), submitted_at: '2026-12-01T01:00:00Z' }, NOW))
      .toEqual([
        { name: '说事', says: '12月1日（星期二），今天' },
        { name: '这一步', says: '说好11月29日，现在晚了2天' },
      ])
  })
})
