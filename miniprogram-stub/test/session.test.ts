import { expect, it } from 'vitest'
import { isSomebodyElse, levelText, mayEnterWork, missing, sessionOf } from '@/core/session'

const SESSION = sessionOf({
  token: 't',
  kind: 'resident',
  resident_id: 'r1',
  community_id: 'c1',
  level: 2,
  basic_consent_missing: false,
})

it('asks for one thing after the other', () => {
  expect(missing(null)).toBe('who')
  expect(missing({ ...SESSION, consentMissing: true, communityId: null })).toBe('consent')
  expect(missing({ ...SESSION, communityId: null })).toBe('community')
  expect(missing(SESSION)).toBeNull()
  expect(missing({ ...SESSION, kind: 'field', consentMissing: true })).toBeNull()
})

it('notices that the phone has changed hands', () => {
  expect(isSomebodyElse(null, SESSION)).toBe(false)
  expect(isSomebodyElse('r1', SESSION)).toBe(false)
  expect(isSomebodyElse('r2', SESSION)).toBe(true)
})

it('lets grid workers go to work, once', () => {
  expect(mayEnterWork(['grid_worker'], 'resident')).toBe(true)
  expect(mayEnterWork(['grid_worker'], 'field')).toBe(false)
  expect(mayEnterWork(['chair'], 'resident')).toBe(false)
})

it('says what is known of a person', () => {
  expect([0, 1, 2, 9].map((level) => levelText(level, 'resident'))).toEqual([
    '还没有核实住处',
    '手机号已核实',
    '住处已核实',
    '',
  ])
  expect(levelText(0, 'field')).toBe('工作人员')
})
