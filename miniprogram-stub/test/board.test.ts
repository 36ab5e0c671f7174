import { expect, it } from 'vitest'
import {
  groundText,
  hangsText,
  hangWord,
  mayStillObject,
  objectionText,
  partsOf,
  type Hung,
} from '@/core/board'
import { NOW } from './fakes'

const HUNG: Hung = {
  state: 'published',
  online_at: '2026-11-18T03:10:00Z',
  board_posted_at: '2026-11-20T04:10:00Z',
  until_at: '2026-12-05T16:00:00Z',
  withdrawn_at: null,
  objection_until_on: '2026-12-01',
}

it('hangs from the later of screen and board to its last full day', () => {
  expect(hangsText(HUNG, NOW)).toBe('11月20日（星期五）到12月5日（星期六）')
  expect(hangsText({ ...HUNG, board_posted_at: null, until_at: null }, NOW)).toBe(
    '11月18日（星期三）起，等着贴到公开栏',
  )
  expect(hangsText({ ...HUNG, online_at: null, board_posted_at: null }, NOW)).toBe('')
})

it('says whether it still hangs', () => {
  expect(hangWord(HUNG, NOW)).toEqual(['正在公示', 'going'])
  expect(hangWord({ ...HUNG, state: 'ended' }, NOW)[0]).toBe('公示期满')
  expect(hangWord({ ...HUNG, until_at: '2026-11-30T16:00:00Z' }, NOW)[0]).toBe('公示期满')
  const gone = { ...HUNG, withdrawn_at: '2026-11-30T16:00:00Z' }
  expect(hangWord(gone, NOW)[0]).toBe('撤回了')
  expect(hangsText(gone, NOW)).toBe('12月1日（星期二）撤回')
  expect(groundText('privacy')).toBe('写到了个人的事')
  expect(groundText(null)).toBe('')
})

it('takes objections up to and on the last day', () => {
  expect(objectionText(HUNG, NOW)).toBe('提异议到12月1日（星期二）')
  expect(mayStillObject(HUNG, NOW)).toBe(true)
  const over = { ...HUNG, objection_until_on: '2026-11-30' }
  expect(objectionText(over, NOW)).toBe('提异议的日子到11月30日（星期一），已经过了')
  expect(mayStillObject(over, NOW)).toBe(false)
  expect(objectionText({ ...HUNG, objection_until_on: null }, NOW)).toBe('')
})

it('says in parts what its text does not say yet', () => {
  const fields = {
    body: '灯坏了',
    decision: '换灯',
    held_on: '2026-12-06',
    positions: [{ party: '居委会', stance: '同意', text: '好' }],
    dissent: { text: '太贵' },
    tasks: [
      { title: '换灯', party: '物业', due_on: '2026-12-20', budget_fen: 780000 },
      { title: '验收', party: '', spent_fen: 50 },
      { title: '看护', party: '居民' },
    ],
    replies: [{ department: '住建局', text: '下月修' }],
    appraisal: { text: '满意5/6' },
    spending_fen: 120,
    items: [{ title: '居住证明' }],
    secret: '不在单子上',
  }
  expect(partsOf(fields, '决定：换灯。', NOW)).toEqual([
    { title: '哪一天', lines: ['12月6日（星期日）'] },
    { title: '当初说的是什么', lines: ['灯坏了'] },
    { title: '各方怎么说', lines: ['居委会同意：好'] },
    { title: '不同意见', lines: ['太贵'] },
    { title: '谁来办', lines: ['换灯，物业，12月20日（星期日）前，预算7800元', '验收，花了0.5元', '看护，居民'] },
    { title: '部门的答复', lines: ['住建局：下月修'] },
    { title: '大家评得怎么样', lines: ['满意5/6'] },
    { title: '花了多少', lines: ['1.2元'] },
    { title: '清单', lines: ['居住证明'] },
  ])
  expect(partsOf(null, '', NOW)).toEqual([])
})
