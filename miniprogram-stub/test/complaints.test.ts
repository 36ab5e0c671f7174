import { expect, it } from 'vitest'
import {
  complainingOf,
  emptyComplaining,
  filing,
  firstWords,
  missingAnswers,
  peopleOf,
  reportUrl,
  standingText,
  standingWord,
  verdict,
} from '@/core/complaints'

const NOW = Date.parse('2026-12-01T02:00:00Z')
const DUE = '2026-12-03T16:00:00Z' // the end of 3 December in Shanghai
const LATE = '2026-11-29T16:00:00Z'

it('asks which kind it is, and of a report what is wrong', () => {
  expect(missingAnswers(emptyComplaining())).toEqual({
    kind: '请选一样',
    text: '请写几句，一句话也行',
  })
  const report = { ...emptyComplaining(), ...complainingOf({ subject: 'statement', id: 'a' }) }
  expect(missingAnswers({ ...report, text: '写了我家门牌' })).toEqual({
    reason: '请选一样，不确定就选“别的”',
  })
})

it('is a report only of what can be reported', () => {
  expect(complainingOf({ subject: 'bulletin', id: 'a' }).kind).toBe('report')
  expect(complainingOf({ subject: 'person', id: 'a' })).toEqual({})
  expect(complainingOf({})).toEqual({})
  expect(reportUrl('proposal', 'a')).toBe('/account/complain?subject=proposal&id=a')
})

it('sends of a report the content and the reason, of a complaint whom it is about', () => {
  const report = {
    ...emptyComplaining(),
    ...complainingOf({ subject: 'statement', id: 'a' }),
    text: '写了我家门牌',
    reason: 'privacy',
  }
  expect(filing(report).body).toEqual({
    kind: 'report',
    text: '写了我家门牌',
    subject_type: 'statement',
    subject_id: 'a',
    reason_code: 'privacy',
  })
  const complaint = { ...emptyComplaining(), kind: 'complaint' as const, text: '没人回话' }
  expect(filing(complaint).body).toEqual({ kind: 'complaint', text: '没人回话', about_id: null })
  expect(verdict('a', false, '').path).toBe('/api/v1/me/complaints/a/verdict')
})

it('says who does what by when, or how late it is', () => {
  const at = (state: string, due_at: string | null = DUE, closed_as: string | null = null) => ({
    state,
    due_at,
    closed_as,
  })
  expect(standingText(at('received'), NOW)).toBe('收到了，居委会12月3日前受理')
  expect(standingText(at('accepted'), NOW)).toBe('正在办，12月3日前答复您')
  expect(standingText(at('accepted', LATE), NOW)).toBe('说好11月29日，现在晚了2天，已告诉监督委员会')
  expect(standingText(at('answered', LATE), NOW)).toBe('有答复了，请看看满意不满意')
  expect(standingText(at('closed', null, 'satisfied'), NOW)).toBe('办完了，您说满意')
  expect(standingWord(at('received', LATE), NOW)).toEqual(['晚了', 'late'])
  expect(standingWord(at('answered', LATE), NOW)).toEqual(['等您说', 'mine'])
  expect(standingWord(at('closed', null, 'satisfied'), NOW)[1]).toBe('done')
})

it('offers each of those who serve a home once, and nobody first', () => {
  const worker = { person_id: 'w', name: '李工', title: '网格员' }
  const office = { person_id: null, name: '和平里社区居委会', title: '社区居委会' }
  expect(peopleOf([{ cards: [{ holders: [worker] }, { holders: [worker, office] }] }])).toEqual([
    { value: '', label: '没有，或不知道是谁' },
    { value: 'w', label: '网格员 李工' },
  ])
  expect(peopleOf([{ cards: [{ holders: [office] }] }])).toEqual([])
})

it('tells one from another by its first words', () => {
  expect(firstWords('灯坏了\n在五楼')).toBe('灯坏了')
  expect([...firstWords('灯'.repeat(40))].length).toBe(25)
})
