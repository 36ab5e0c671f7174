import { expect, it } from 'vitest'
import { isAct, missingWords, saidText, saying, SAYINGS, waitingText, type Act } from '@/core/saying'
import { actsOf, noticesOf, tasksOf, type Open } from '@/core/ways'
import { NOW } from './fakes'

const MATTER = { id: 'm', version: 3 }

it.each([
  ['appeal', 'rejection'],
  ['contest', 'triage'],
  ['object', 'publication'],
] as [Act, string][])('%s is an objection to the %s', (act, target) => {
  expect(saying(act, MATTER, '不对')).toEqual({
    method: 'post',
    path: '/api/v1/proposals/m/objections',
    body: { target, text: '不对' },
  })
})

it('asks for a closed matter again, or takes one back, in the version that was read', () => {
  expect(saying('reopen', MATTER, '又坏了')).toEqual({
    method: 'post',
    path: '/api/v1/proposals/m/reopening',
    body: { version: 3, facts: '又坏了' },
  })
  expect(saying('withdraw', MATTER, '修好了')).toEqual({
    method: 'post',
    path: '/api/v1/proposals/m/withdrawal',
    body: { version: 3, reason: '修好了' },
  })
})

it('says who answers by when', () => {
  const due = { due_at: '2026-12-03T16:00:00Z' }
  expect(saidText('object', due, NOW)).toBe('居委会主任和监督委员会一起看，12月3日前答复您。')
  expect(saidText('reopen', { ...due, status: 'inquiring' }, NOW)).toBe(
    '这件事重新核实，12月3日前给您说法。',
  )
  expect(saidText('reopen', { status: 'closed' }, NOW)).toContain('满十位居民')
  expect(saidText('withdraw', {}, NOW)).toBe('收回了。这件事不再往下办。')
})

it('knows what was said already and waits for its answer', () => {
  const mine = { target: 'triage', mine: true, due_at: '2026-12-03T16:00:00Z', decided_at: null }
  expect(waitingText('contest', [mine], NOW)).toBe('您已经提过了，12月3日前答复您。')
  expect(waitingText('object', [mine], NOW)).toBe('')
  expect(waitingText('contest', [{ ...mine, mine: false }], NOW)).toBe('')
  expect(waitingText('contest', [{ ...mine, decided_at: 'then' }], NOW)).toBe('')
})

it('asks for words', () => {
  expect(missingWords('  。')).not.toBe('')
  expect(missingWords('修好了')).toBe('')
  expect(isAct('object')).toBe(true)
  expect(isAct('shout')).toBe(false)
  expect(Object.keys(SAYINGS)).toHaveLength(5)
})

const OPEN: Open = {
  id: 'm',
  meeting_id: null,
  allowed_actions: [],
  appraisal: null,
  tasks: [],
  bulletins: [],
}
const may = (...actions: string[]) =>
  actions.map((action) => ({ action, label: '', allowed: true, reason: '' }))

it('leads on to what the server allows', () => {
  expect(actsOf(OPEN)).toEqual([])
  expect(actsOf({ ...OPEN, allowed_actions: may('object', 'contest', 'triage') })).toEqual([
    { text: SAYINGS.contest.offer, url: '/matter/say?act=contest&id=m', isMain: false },
    { text: SAYINGS.object.offer, url: '/public/objection?act=object&id=m', isMain: false },
  ])
})

it('leads to the appraisal, first of all to those who are asked', () => {
  const asked = { ...OPEN, appraisal: { id: 'q' } }
  expect(actsOf(asked)).toEqual([
    { text: '看评事的情况', url: '/matter/rate?id=q', isMain: false },
  ])
  expect(actsOf({ ...asked, allowed_actions: may('appraise') })[0]).toMatchObject({ isMain: true })
})

it('leads those who took a task on to telling how far it is', () => {
  const tasks = [
    { id: 't', title: '换灯', assignee_id: 'me', state: 'open' },
    { id: 'u', title: '刷墙', assignee_id: 'me', state: 'done' },
    { id: 'v', title: '扫地', assignee_id: 'you', state: 'open' },
  ]
  expect(tasksOf({ ...OPEN, tasks }, 'me')).toEqual([])
  expect(tasksOf({ ...OPEN, tasks, allowed_actions: may('update_task') }, 'me')).toEqual([
    {
      text: '说说办得怎样：换灯',
      url: `/grid/act?act=update_task&id=t&title=${encodeURIComponent('换灯')}`,
      isMain: true,
    },
  ])
})

it('leads to the notices about it', () => {
  const bulletins = [{ id: 'b', kind: 'result' }, { id: 'c', kind: 'odd' }]
  expect(noticesOf({ ...OPEN, bulletins })).toEqual([
    { id: 'b', text: '看公示：商量的结果' },
    { id: 'c', text: '看公示：公示' },
  ])
})
