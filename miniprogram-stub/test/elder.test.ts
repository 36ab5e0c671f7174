import { expect, it } from 'vitest'
import { appearance, settled, styleOf, tapped } from '@/core/elder'

it.each([
  [null, 1, { elder: false, scale: 1, touch: 44 }],
  [null, 1.39, { elder: false, scale: 1.39, touch: 44 }],
  [null, 1.4, { elder: true, scale: 1.4, touch: 60 }],
  [true, 1, { elder: true, scale: 1.4, touch: 60 }],
  [false, 1.6, { elder: false, scale: 1.6, touch: 44 }],
  [true, 3, { elder: true, scale: 1.65, touch: 60 }],
  [null, 0.5, { elder: false, scale: 1, touch: 44 }],
  [null, NaN, { elder: false, scale: 1, touch: 44 }],
])('chosen %s on a phone that magnifies by %s', (chosen, factor, looks) => {
  expect(appearance(chosen, factor)).toEqual(looks)
})

it('is handed to the page as two values', () => {
  expect(styleOf(appearance(true, 1))).toBe('--s:1.4;--touch:60px')
})

it.each([
  [null, true, { chosen: true, tell: false }],
  [null, false, { chosen: null, tell: false }],
  [true, false, { chosen: true, tell: true }],
  [false, true, { chosen: false, tell: true }],
  [true, true, { chosen: true, tell: false }],
])('chosen here %s, remembered by the server %s', (chosen, remembered, outcome) => {
  expect(settled(chosen, remembered)).toEqual(outcome)
})

it('asks nobody to be what the one before them on this phone had chosen', () => {
  expect(settled(true, false, false)).toEqual({ chosen: null, tell: false })
  expect(settled(false, true, false)).toEqual({ chosen: true, tell: false })
})

it('is not turned off by a tap that meant to turn it on, as the answer came', () => {
  expect(tapped(true, 10_000, 10_300)).toBe(true)
  expect(tapped(true, 10_000, 12_000)).toBe(false)
  expect(tapped(false, 0, 10_000)).toBe(true)
})
