import { describe, expect, it } from 'vitest'
import {
  DIFFERENT,
  emptyIntake,
  missingInIntake,
  placeOfField,
  readBack,
  stepsOfIntake,
  type Intake,
} from '../src/grid/core/intake'

const intake = (more: Partial<Intake> = {}): Intake => ({
  ...emptyIntake(),
  person: { id: 'p1', name: '许明远', home: '3号楼1单元202' },
  channel: 'phone',
  consent: 'spoken',
  what: '台阶松了，下雨天差点摔倒。',
  category: 'facilities',
  ...more,
})

describe('typing for somebody', () => {
  it('files the matter as theirs, and hands it in', () => {
    const [draft, submission] = stepsOfIntake(intake())
    expect(draft!.path).toBe('/api/v1/proposals/on-behalf')
    expect(draft!.body).toMatchObject({
      resident_id: 'p1',
      channel: 'phone',
      consent: 'spoken',
      display_name: 'anonymous',
    })
    expect(submission!.path).toBe('/api/v1/proposals/{id}/submission')
    expect(submission!.body).toMatchObject({ similar_answer: null })
  })

  it('says that it is another matter where similar ones were shown', () => {
    const [, submission] = stepsOfIntake(intake({ same: DIFFERENT }))
    expect(submission!.body).toMatchObject({ similar_answer: 'different' })
  })

  it('counts their support where somebody has told the same', () => {
    expect(stepsOfIntake(intake({ same: 'm7' }))).toEqual([
      {
        method: 'post',
        path: '/api/v1/proposals/m7/supports',
        body: { resident_id: 'p1', channel: 'phone' },
      },
    ])
  })

  it('changes a draft that the server already has', () => {
    const [first] = stepsOfIntake(intake({ draft: { id: 'm1', version: 2 } }))
    expect(first).toMatchObject({ method: 'put', path: '/api/v1/proposals/m1' })
  })

  it('asks for the person, how they spoke, and that they agree', () => {
    const missing = missingInIntake(intake({ person: null, channel: '', consent: '' }), true)
    expect(Object.keys(missing).sort()).toEqual(['channel', 'consent', 'person', 'similar'])
    expect(missingInIntake(intake(), false)).toEqual({})
  })

  it('asks none of it again of a draft', () => {
    const draft = intake({ draft: { id: 'm1', version: 2 }, channel: '', consent: '' })
    expect(missingInIntake(draft, false)).toEqual({})
  })

  it('is read back with their name and who will see it', () => {
    const words = readBack(intake({ place: '3号楼门口', seenBy: 'committee' })).join('')
    expect(words).toContain('许明远，您说的是')
    expect(words).toContain('在3号楼门口。')
    expect(words).toContain('只有居委会和网格员看得到')
  })

  it('shows a refusal beside the question it is about', () => {
    expect(placeOfField('resident_id')).toBe('person')
    expect(placeOfField('body')).toBe('what')
    expect(placeOfField('consent')).toBe('consent')
  })
})
