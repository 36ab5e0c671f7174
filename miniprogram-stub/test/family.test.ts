import { describe, expect, it } from 'vitest'
import {
  doneText,
  emptyDoing,
  endsWithMe,
  goneText,
  inItText,
  isAsked,
  mayAct,
  mayTakeOut,
  memberText,
  standingText,
  stepOf,
  titleOf,
  type Member,
} from '@/points/core/family'

const ME: Member = {
  resident_id: 'me',
  name: '林安然',
  role: 'owner',
  has_consented: true,
  is_me: true,
}
const SPOUSE: Member = { ...ME, resident_id: 'he', name: '许明远', role: 'adult', is_me: false }
const CHILD: Member = { ...SPOUSE, resident_id: 'child', name: '林小明', role: 'child' }
const ASKED: Member = { ...SPOUSE, has_consented: false }
const of = (...members: Member[]) => ({ id: 'f', members })

describe('a family', () => {
  it('is acted for by the adults who agreed', () => {
    expect(mayAct(of(ME))).toBe(true)
    expect(mayAct(of({ ...CHILD, is_me: true }, SPOUSE))).toBe(false)
    expect(mayAct(of({ ...ASKED, is_me: true }))).toBe(false)
    expect(mayAct(of())).toBe(false)
  })

  it('waits for the word of whoever was asked', () => {
    expect(isAsked(of({ ...ASKED, is_me: true }))).toBe(true)
    expect(isAsked(of(ME, ASKED))).toBe(false)
    expect(inItText(of(ME, ASKED, CHILD))).toBe('林安然、林小明')
    expect(standingText(ASKED)).toBe('还没有答复')
    expect([standingText(CHILD), standingText(ME), memberText(ME)]).toEqual([
      '孩子',
      '大人',
      '林安然（您）',
    ])
  })

  it('lets no grown-up be taken out by another', () => {
    const family = of(ME, SPOUSE, CHILD)
    expect(family.members.map((each) => mayTakeOut(family, each))).toEqual([false, false, true])
    expect(mayTakeOut(of(ME, ASKED), ASKED)).toBe(true)
    expect(mayTakeOut(of({ ...CHILD, is_me: true }, SPOUSE), CHILD)).toBe(false)
  })

  it('ends with its last adult', () => {
    expect(endsWithMe(of(ME, CHILD, ASKED))).toBe(true)
    expect(endsWithMe(of(ME, SPOUSE))).toBe(false)
  })
})

describe('what is done about a family', () => {
  const BANK = '/api/v1/virtue-bank'

  it('is one request each', () => {
    const doing = { ...emptyDoing(), id: 'x' }
    expect(stepOf({ ...doing, act: 'found' })).toEqual({
      method: 'post',
      path: `${BANK}/families`,
      body: { household_id: 'x' },
    })
    expect(stepOf({ ...doing, act: 'join' })).toEqual({
      method: 'post',
      path: `${BANK}/families/x/consent`,
    })
    expect(stepOf({ ...doing, act: 'decline' }).body).toEqual({ resident_id: null })
    expect(stepOf({ ...doing, act: 'remove', who: 'y' })).toEqual({
      method: 'post',
      path: `${BANK}/families/x/leaving`,
      body: { resident_id: 'y' },
    })
    expect(stepOf({ ...doing, act: 'refuse' })).toEqual({
      method: 'post',
      path: `${BANK}/shop/orders/x/family-decision`,
      body: { agreed: false },
    })
  })

  it('limits only what a child may use', () => {
    const doing = { ...emptyDoing(), id: 'x', act: 'ask' as const, who: 'y', limit: '50' }
    const limit = (role: string) => stepOf({ ...doing, role }).body?.monthly_limit
    expect([limit('child'), limit('adult')]).toEqual([50, null])
  })

  it('is told once it is done, with what goes along', () => {
    const doing = { ...emptyDoing(), name: '许明远' }
    expect(titleOf({ ...doing, act: 'ask' })).toBe('请家人加入：许明远')
    expect(doneText({ ...doing, act: 'ask', role: 'adult' }, {})).toContain('等本人同意')
    expect(doneText({ ...doing, act: 'ask', role: 'child' }, {})).toContain('加入了')
    expect(doneText({ ...doing, act: 'leave' }, { share: 15 })).toContain('15分回到')
    expect(doneText({ ...doing, act: 'leave' }, { share: 0 })).toBe('您退出了。')
    expect(doneText(emptyDoing(), {})).toBe('')
  })

  it('says what it means that nothing of it is known any more', () => {
    expect(goneText({ ...emptyDoing(), act: 'join' })).toContain('家人把邀请收回了')
    expect(goneText({ ...emptyDoing(), act: 'leave' })).toContain('不在这个家庭账户里了')
  })
})
