import { expect, it } from 'vitest'
import { modeOf, modeOptions, modeText, topicHint, topicTitle } from '@/core/notices'
import { asked, consentText, deviceText, deviceTitle, isGiven, stopsText } from '@/core/privacy'
import { mayAppeal, reviewText } from '@/core/reviews'
import { NOW } from './fakes'

it('says how somebody hears of a kind of notice', () => {
  const way = { topic: 'publication', title: '公示', mode: null, default: 'digest', modes: ['now', 'odd'] }
  expect(topicTitle(way)).toBe('公开栏')
  expect(topicHint(way)).toBe('新的公示')
  expect(topicTitle({ topic: 'new', title: '新的' })).toBe('新的')
  expect(topicHint({ topic: 'new' })).toBe('')
  expect(modeOf(way)).toBe('digest')
  expect(modeOf({ ...way, mode: 'inbox' })).toBe('inbox')
  expect(modeText(way)).toBe('每天一次，合在一起告诉我')
  expect(modeText({ ...way, mode: 'odd' })).toBe('')
  expect(modeOptions(way)[1]).toEqual({ value: 'odd', label: 'odd' })
})

it('lists what was agreed to, and what stops without it', () => {
  const given = {
    purpose: 'phone',
    title: '手机号',
    required: false,
    given_at: '2026-05-31T01:30:00Z',
    withdrawn_at: null,
  }
  const back = { ...given, withdrawn_at: '2026-06-01T01:30:00Z' }
  const never = { ...given, given_at: null }
  expect(asked([given, back, never])).toEqual([given, back])
  expect([given, back, never].map(isGiven)).toEqual([true, false, false])
  expect(consentText(given, NOW)).toBe('您5月31日（星期日）同意的')
  expect(consentText(back, NOW)).toBe('您6月1日（星期一）收回了')
  expect(stopsText(given)).toContain('不再存您的手机号')
  expect(stopsText({ purpose: 'basic' })).toBe('')
})

it('names the phones that are signed in', () => {
  const phone = {
    kind: 'resident',
    device_label: '',
    created_at: '2026-12-01T01:00:00Z',
    is_current: true,
  }
  expect(deviceTitle(phone)).toBe('您现在用的这一部')
  expect(deviceTitle({ ...phone, is_current: false })).toBe('另一部手机或电脑')
  expect(deviceTitle({ ...phone, is_current: false, device_label: '红米', kind: 'field' })).toBe(
    '红米，网格员办事用',
  )
  expect(deviceText(phone, NOW)).toBe('12月1日（星期二）09:00进入')
})

it.each([
  [{ state: 'held', due_at: '2026-12-01T16:00:00Z' }, '正在看，12月1日前看完。', false],
  [{ state: 'held' }, '正在看，看完。', false],
  [{ state: 'passed' }, '看过了，邻居能看到了。', false],
  [{ state: 'replaced' }, '您后来改过，看的是新写的那一份。', false],
  [
    { state: 'returned', category: '个人信息', reason: '有门牌号。' },
    '这次没通过：个人信息，有门牌号。您可以改了再交，也可以申诉。',
    true,
  ],
  [{ state: 'returned', appealed_at: 'then' }, '申诉收到了，换一个人再看一次，看完告诉您。', false],
  [
    { state: 'passed', appealed_at: 'then', appeal_outcome: 'passed' },
    '换一个人看过了，可以发，邻居能看到了。',
    false,
  ],
  [
    { state: 'returned', appealed_at: 'then', appeal_outcome: 'upheld', reason: '有门牌号' },
    '换一个人看过了，还是不能发。有门牌号。',
    false,
  ],
])('%o reads as what became of the text', (review, words, appeal) => {
  expect(reviewText(review, NOW)).toBe(words)
  expect(mayAppeal(review)).toBe(appeal)
})
