import { expect, it } from 'vitest'
import { comesBefore, scrollTo } from '@/core/wrong'

const words = (top: number, isNote = false) => ({ isNote, top, bottom: top + 30 })

it('brings to the upper question, and to what is said of the whole only where none is named', () => {
  expect(comesBefore(words(200), words(900))).toBe(true)
  expect(comesBefore(words(900), words(200))).toBe(false)
  expect(comesBefore(words(900), words(100, true))).toBe(true)
  expect(comesBefore(words(100, true), words(900))).toBe(false)
})

it('moves the page so that the question stands above its words, and not when they are in sight', () => {
  expect(scrollTo(words(1200), 0, 600)).toBe(870)
  expect(scrollTo(words(100), 800, 600)).toBe(0)
  expect(scrollTo(words(1200), 900, 600)).toBeNull()
  expect(scrollTo(words(1200), 1150, 600)).toBe(870)
})
