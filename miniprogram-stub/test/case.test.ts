import { expect, it } from 'vitest'
import { actionsOf, explanations, stretchesOf, type Books } from '@/core/case'
import {
  coming,
  cutoffText,
  kindText,
  past,
  sittingText,
  stanceText,
  stateText,
  topicsText,
} from '@/core/meetings'
import { nearestSteward } from '@/core/stewards'
import { NOW } from './fakes'

const NO_BOOKS: Books = {
  class_label: null,
  triage: null,
  referral: null,
  resolution: null,
  tasks: [],
  bulletins: [],
  objections: [],
}

it('finds what one may do, or why not', () => {
  const support = { action: 'support', label: '附议', allowed: false, reason: '您已附议' }
  expect(actionsOf([support], 'support')).toBe(support)
  expect(actionsOf([support], 'edit')).toBeUndefined()
})

it('lists the steps with who moved them on', () => {
  const visits = [
    { label: '待受理', since: '2026-11-20T02:00:00Z', by: '提出人' },
    { label: '办理中', since: '2026-11-21T02:00:00Z', by: '系统' },
  ]
  expect(stretchesOf([{ step: '说事', state: 'done', visits }], NOW)).toEqual([
    {
      name: '说事',
      state: 'done',
      lines: ['11月20日（星期五）待受理（提出人）', '11月21日（星期六）办理中'],
    },
  ])
})

it('explains nothing before anything was decided', () => {
  expect(explanations(NO_BOOKS, NOW)).toEqual([])
})

it('explains what was decided and why', () => {
  const books: Books = {
    class_label: '小事',
    triage: { reason: '共用设施' },
    referral: { department: '住建局', due_on: '2026-12-10', reply: null },
    resolution: { outcome: 'agreed', text: '换灯', result_sentence: '应到4，实到4，4×2=8 ≥ 4×1=4；一致通过', dissent: '太贵' },
    tasks: [
      { title: '换灯', party: 'property_company', due_on: '2026-12-20', state: 'open' },
      { title: '买灯', party: 'unheard_of', due_on: '2026-12-20', state: 'done' },
    ],
    bulletins: [
      { kind: 'result', number: '7', until_at: '2026-12-09T16:00:00Z' },
      { kind: 'odd', number: '8', until_at: null },
    ],
    objections: [
      { target: 'triage', text: '不是小事', due_at: '2026-12-03T16:00:00Z', decision: null },
      { target: 'odd', text: '再看看', decision: 'upheld', reply: '重新核实' },
    ],
  }
  expect(explanations(books, NOW)).toEqual([
    { title: '分作小事', lines: ['共用设施'] },
    { title: '转给了住建局', lines: ['说好12月10日（星期四）前答复'] },
    { title: '商量成了', lines: ['换灯', '应到4，实到4；一致通过', '不同意见：太贵'] },
    { title: '谁来办', lines: ['换灯，物业，12月20日（星期日）前办好', '买灯，办好了'] },
    {
      title: '公示',
      lines: ['商量的结果，公示到12月9日（星期三），编号 7', '公示，等着上墙，编号 8'],
    },
    { title: '对分到哪一类的意见', lines: ['不是小事', '12月3日前答复'] },
    { title: '意见', lines: ['再看看', '有道理，重新办：重新核实'] },
  ])
  const replied = { ...NO_BOOKS, referral: { department: '住建局', reply: '下月修' } }
  expect(explanations(replied, NOW)[0]!.lines).toEqual(['答复：下月修'])
})

it('shows the meetings that still take place, soonest first', () => {
  const a = (starts_at: string, state = 'shell') => ({
    kind: 'consultation_day',
    starts_at,
    state,
    place: '会议室',
    items: 0,
  })
  const found = coming(
    [
      a('2026-12-10T11:00:00Z'),
      a('2026-12-01T02:00:00Z', 'open'),
      a('2026-11-30T02:00:00Z'),
      a('2026-12-05T11:00:00Z', 'cancelled'),
    ],
    NOW,
  )
  expect(found.map(({ starts_at }) => starts_at.slice(5, 10))).toEqual(['12-01', '12-10'])
  expect(sittingText(found[1]!, NOW)).toBe('12月10日（星期四）19:00，会议室')
  expect(kindText('consultation_day')).toBe('协商日')
  expect(kindText('picnic')).toBe('会')
  expect(topicsText(0)).toBe('还没有要商量的事')
  expect(topicsText(2)).toBe('要商量2件事')
})

it('keeps the meetings that were held, newest first', () => {
  const held = (starts_at: string, state: string) => ({
    ...{ kind: 'four_party', place: '', items: 1 },
    ...{ starts_at, state },
  })
  const all = [
    held('2026-11-10T11:00:00Z', 'closed'),
    held('2026-11-19T11:00:00Z', 'closed'),
    held('2026-11-20T11:00:00Z', 'empty'),
  ]
  expect(past(all).map(({ starts_at }) => starts_at.slice(8, 10))).toEqual(['19', '10'])
  expect(stateText('empty')).toBe('没有要商量的事，没开')
  expect(stateText('odd')).toBe('')
  expect(stanceText('for')).toBe('同意')
  expect(stanceText(null)).toBe('还没有说')
})

it('says until when something may still come onto the table', () => {
  const day = { state: 'shell', cutoff_at: '2026-12-06T10:00:00Z' }
  expect(cutoffText(day, NOW)).toBe('想在这天商量的事，12月6日（星期日）18:00前定下来')
  expect(cutoffText({ ...day, cutoff_at: '2026-12-06T16:00:00Z' }, NOW)).toBe(
    '想在这天商量的事，12月6日（星期日）24:00前定下来',
  )
  expect(cutoffText({ ...day, cutoff_at: '2026-11-30T10:00:00Z' }, NOW)).toBe('')
  expect(cutoffText({ ...day, state: 'frozen' }, NOW)).toBe('')
})

it('names who is nearest, with a number somebody answers', () => {
  const captain = { place: '3号楼', holders: [{ name: '孙若谷', title: '楼栋长', phone: '' }] }
  const office = { place: '和平里', holders: [{ name: '李桂兰', title: '主任', phone: '010-1' }] }
  const empty = { place: '3号楼', holders: [] }

  expect(nearestSteward([{ cards: [captain, office] }])).toMatchObject({
    name: '孙若谷',
    phone: '010-1',
    isOffice: true,
  })
  expect(nearestSteward([{ cards: [empty, office] }])).toMatchObject({
    name: '李桂兰',
    isOffice: false,
  })
  expect(nearestSteward([{ cards: [captain] }])!.phone).toBe('')
  expect(nearestSteward([{}])).toBeNull()
  expect(nearestSteward([])).toBeNull()
})
