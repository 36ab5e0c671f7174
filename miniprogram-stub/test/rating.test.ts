import { expect, it } from 'vitest'
import {
  closesText,
  emptyRating,
  missingRating,
  outcomeText,
  ratedText,
  receiptOf,
  scores,
  wantsReason,
} from '@/core/rating'
import { NOW } from './fakes'

it('offers the best word first, with the number the server counts', () => {
  expect(scores(['很不满意', '一般', '很满意'])).toEqual([
    { value: '3', label: '很满意' },
    { value: '2', label: '一般' },
    { value: '1', label: '很不满意' },
  ])
})

it('asks what is missing only of those who are not satisfied', () => {
  const rating = (score: string, missing = '') => ({ ...emptyRating(), score, missing })
  expect(missingRating(emptyRating())).toEqual({ score: '请选一样' })
  expect(wantsReason(emptyRating())).toBe(false)
  expect(missingRating(rating('2', ' '))).toHaveProperty('missing')
  expect(missingRating(rating('2', '灯还是暗'))).toEqual({})
  expect(missingRating(rating('3'))).toEqual({})
})

it('says how and when one has answered', () => {
  const mine = { channel: 'phone', cast_at: '2026-11-20T02:05:00Z' }
  expect(ratedText(mine, NOW)).toBe('您11月20日（星期五）10:05打电话评过了')
  expect(ratedText({ ...mine, channel: 'odd' }, NOW)).toBe('您11月20日（星期五）10:05评过了')
  expect(closesText('2026-12-03T16:00:00Z', NOW)).toBe('评到12月3日（星期四）')
  expect(receiptOf('01a201b1-3840-7509-9ae1-afb5d66fce0e')).toBe('D66F CE0E')
  expect(outcomeText('rework')).toBe('大家不满意，要返工。')
  expect(outcomeText('odd')).toBe('')
})
