import { describe, expect, it } from 'vitest'
import {
  amounts,
  emptyGiving,
  giving,
  missingInGiving,
  OTHER,
  pointsOf,
  whyNothing,
} from '@/points/core/giving'

const MINE = { id: 1, available: 12, pending: 0, debt: 0, frozen: false }

describe('giving points', () => {
  it('needs some that are free', () => {
    expect(whyNothing(MINE)).toBe('')
    expect(whyNothing({ ...MINE, available: 0 })).toContain('没有')
    expect(whyNothing({ ...MINE, frozen: true })).toContain('冻结')
  })

  it('offers what one has, and any other whole number of it', () => {
    expect(amounts(12).map(({ value }) => value)).toEqual(['5', '10', OTHER])
    const of = (points: string, words = '') => missingInGiving({ points, words }, 12)
    expect(missingInGiving(emptyGiving(), 12).points).toContain('请选')
    expect(of('10')).toEqual({ points: '', words: '' })
    expect(of('20').points).toContain('12分')
    expect([of(OTHER, '').words, of(OTHER, '1.5').words, of(OTHER, '0').words]).toEqual([
      '请写一个整数',
      '请写一个整数',
      '请写一个整数',
    ])
    expect(of(OTHER, '13').words).toContain('12分')
    expect(pointsOf({ points: OTHER, words: ' 7 ' })).toBe(7)
    expect(giving(7).body).toEqual({ points: 7 })
  })
})
