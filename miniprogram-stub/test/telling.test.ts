import { describe, expect, it } from 'vitest'
import {
  emptyTelling,
  isEnoughToCompare,
  missingAnswers,
  MOST_WORDS,
  questionsOf,
  stepsOf,
  tellingOf,
  titleOf,
} from '@/core/telling'

const told = { ...emptyTelling(), what: '楼道灯不亮。晚上看不见', category: 'facilities' }

it('takes the first sentence for a title', () => {
  expect(titleOf(told.what)).toBe('楼道灯不亮')
  expect(titleOf('  电梯坏了\n已经三天')).toBe('电梯坏了')
  expect([...titleOf('长'.repeat(99))]).toHaveLength(30)
})

it('asks what is missing, in plain words', () => {
  expect(Object.keys(missingAnswers(emptyTelling()))).toEqual(['what', 'category'])
  expect(missingAnswers({ ...told, what: '……' }).what).toBe('请说一说是什么事')
  expect(missingAnswers({ ...told, what: '字'.repeat(MOST_WORDS + 1) }).what).toContain('2000')
  expect(missingAnswers(told)).toEqual({})
  expect(missingAnswers({ ...told, category: '', draft: { id: 'p', version: 1 } })).toEqual({})
})

it('looks for similar matters once there is something to compare', () => {
  expect(isEnoughToCompare('灯不亮')).toBe(false)
  expect(isEnoughToCompare('楼道灯不亮了')).toBe(true)
})

it('asks about similar matters only where there are some, and nothing a draft has settled', () => {
  expect(questionsOf(told, false)).toEqual(['what', 'category', 'where', 'seenBy'])
  expect(questionsOf(told, true)).toContain('similar')
  const draft = { ...told, draft: { id: 'p', version: 1 } }
  expect(questionsOf(draft, true)).toEqual(['what', 'where', 'similar'])
})

describe('what is sent', () => {
  it('a draft, then handing it in', () => {
    const [draft, submission] = stepsOf(told)
    expect(draft).toMatchObject({
      method: 'post',
      path: '/api/v1/proposals',
      body: { title: '楼道灯不亮', building_id: null, preclass: null, display_name: 'anonymous' },
    })
    expect(submission).toMatchObject({
      path: '/api/v1/proposals/{id}/submission',
      body: { version: { $from: 'version' }, similar_answer: null },
    })
  })

  it('for the committee alone, with a building and an answer about similar ones', () => {
    const given = { ...told, seenBy: 'committee', buildingId: 'b1', similar: 'different' } as const
    const [draft, submission] = stepsOf(given)
    expect(draft!.body).toMatchObject({ preclass: 'private', building_id: 'b1' })
    expect(submission!.body).toMatchObject({ similar_answer: 'different' })
  })

  it('a draft the server has is changed, not begun again', () => {
    const [edit] = stepsOf(tellingOf({ id: 'p1', version: 3, body: '灯不亮', place: '2单元' }))
    expect(edit).toEqual({
      method: 'put',
      path: '/api/v1/proposals/p1',
      body: { title: '灯不亮', body: '灯不亮', place: '2单元', version: 3 },
    })
  })
})
