import { expect, it } from 'vitest'
import * as dates from '@/core/dates'
import { NOW } from './fakes'

it('says a moment as people here do, in the time of Shanghai', () => {
  expect(dates.momentText('2026-12-03T11:30:00+00:00', NOW)).toBe('12月3日（星期四）19:30')
  expect(dates.momentText('2026-12-03T19:30:00+08:00', NOW)).toBe('12月3日（星期四）19:30')
})

it('names the year when it is another one', () => {
  expect(dates.dayText('2027-01-03', NOW)).toBe('2027年1月3日（星期日）')
})

it('knows that midnight in Shanghai is the evening before in London', () => {
  expect(dates.dayOf(Date.parse('2026-12-31T16:00:00Z'))).toBe('2027-01-01')
  expect(dates.daysAfter(NOW, 31)).toBe('2027-01-01')
})

it('names the last day one still has, not the first moment that is too late', () => {
  expect(dates.byText('2026-12-03T16:00:00Z', NOW)).toBe('12月3日前')
  expect(dates.lastDay('2026-12-03T16:00:00Z')).toBe('2026-12-03')
})

it.each([
  ['2026-12-01T16:00:00Z', 0],
  ['2026-11-30T16:00:00Z', 1],
  ['2026-11-28T16:00:00Z', 3],
])('due %s is %s days late', (due, late) => {
  expect(dates.daysLate(due, NOW)).toBe(late)
})

it('says how late it is', () => {
  expect(dates.lateText('2026-11-29T16:00:00Z', NOW)).toBe('说好11月29日，现在晚了2天')
})

it.each([
  [0.5, '刚刚'],
  [5, '5分钟前'],
  [180, '今天 09:00'],
  [24 * 60, '11月30日 12:00'],
])('%s minutes ago', (minutes, words) => {
  expect(dates.sinceText(NOW - minutes * 60_000, NOW)).toBe(words)
})
