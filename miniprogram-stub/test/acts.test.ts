import { describe, expect, it } from 'vitest'
import { ACTS, beside, missingIn, type Known } from '../src/grid/core/acts'
import { PLAIN } from '../src/core/texts'

const NOW = Date.parse('2026-12-01T02:00:00Z')
const MATTER = { id: 'm1', version: 4, title: '台阶松了' }
const known = (more: Partial<Known> = {}): Known => ({ now: NOW, ...more })

describe('what a grid worker does', () => {
  it('names the version of the matter that was seen', () => {
    for (const act of ['accept', 'return', 'reject', 'note_inquiry', 'explain_overdue']) {
      expect(ACTS[act]!.step(MATTER, {}).body).toMatchObject({ version: 4 })
    }
  })

  it('sends what is missing as a list, one a line', () => {
    const { body } = ACTS.return!.step(MATTER, { missing: '哪几天\n\n 几点 ' })
    expect(body!.missing).toEqual(['哪几天', '几点'])
  })

  it('counts money in fen, and leaves out what was not said', () => {
    const { body } = ACTS.note_inquiry!.step(MATTER, { cost_yuan: '600.5' })
    expect(body).toMatchObject({ cost_fen: 60050, affected_households: null })
  })

  it('offers days to come by their names', () => {
    const days = ACTS.explain_overdue!.questions(known())[1]!.options!
    expect(days[0]).toEqual({ value: '2026-12-02', label: '12月2日（星期三）' })
  })

  it('asks which household only where there are several', () => {
    const names = (more: Partial<Known>) =>
      ACTS.confirm_home!.questions(known(more)).map(({ name }) => name)
    expect(names({})).toEqual(['evidence_kind'])
    expect(names({ households: [{ value: 'h1', label: '王芳' }] })).toContain('household')
  })

  it('opens a new household, or joins one', () => {
    const sent = (household: string) =>
      ACTS.confirm_home!.step(MATTER, { evidence_kind: 'lease_seen', household }).body
    expect(sent('no')).toMatchObject({ new_household: true })
    expect(sent('h1')).toMatchObject({ household_id: 'h1' })
  })

  it('joins a registered person only if one was chosen', () => {
    const sent = (same_person_id: string) =>
      ACTS.confirm_home!.step(MATTER, { same_person_id }).body
    expect(sent('no')).not.toHaveProperty('same_person_id')
    expect(sent('p1')).toMatchObject({ same_person_id: 'p1' })
  })

  it('says beside each question what is missing, and lets the optional be', () => {
    const missing = missingIn(ACTS.reject!.questions(known()), { clause: ' ' })
    expect(missing).toEqual({ reason_code: '请选一样', clause: '请写一写', note: '请写一写' })
    expect(missingIn(ACTS.accept!.questions(known()), {})).toEqual({})
  })

  it('puts what the server says beside the question as it is asked', () => {
    expect(beside({ cost_fen: '太大', room_no: '没有' })).toEqual({
      cost_yuan: '太大',
      room_no: '没有',
    })
  })

  it('speaks plainly', () => {
    const words = JSON.stringify(Object.values(ACTS).map((act) => [act, act.questions(known())]))
    for (const [not] of PLAIN) expect(words).not.toMatch(not)
  })
})
