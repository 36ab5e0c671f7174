import { expect, it } from 'vitest'
import { emptyTelling, tellingOf } from '@/core/telling'
import { keepTyped } from '@/core/typed'

const DRAFT = tellingOf({ id: 'p1', version: 3, body: '楼道灯不亮', place: '3号楼' })

it('fills a form that nobody has touched', () => {
  expect(keepTyped(DRAFT, emptyTelling(), emptyTelling())).toEqual(DRAFT)
})

it('leaves what was typed before the draft came, and knows which draft it is', () => {
  const typed = { ...emptyTelling(), what: '二楼的灯也不亮了' }
  expect(keepTyped(DRAFT, emptyTelling(), typed)).toEqual({ ...DRAFT, what: '二楼的灯也不亮了' })
})

it('takes over what is newer, but nothing that was chosen meanwhile', () => {
  const opened = { story: '旧的', witnesses: ['a'], draft: 1 }
  const now = { story: '旧的', witnesses: ['a', 'b'], draft: 1 }
  const newer = { story: '新的', witnesses: ['c'], draft: 2 }
  expect(keepTyped(newer, opened, now)).toEqual({ story: '新的', witnesses: ['a', 'b'], draft: 2 })
})
