import { describe, expect, it } from 'vitest'
import {
  answering,
  homeOf,
  mayStepBack,
  missingInAnswer,
  missingInNomination,
  MYSELF,
  nominating,
  nomineeChoices,
  ownSentence,
  roundSentence,
  roundTone,
  steppingBackText,
  termsOf,
  type Answering,
  type Round,
} from '@/points/core/honours'
import { NOW } from './fakes'

const DUE = '2026-12-03T16:00:00Z' // the end of 3 December in Shanghai
const ROUND: Round = {
  title: '好邻居',
  state: 'nominating',
  counted_from: '2026-01-01',
  counted_until: '2026-12-01',
  places: 3,
  least_points: null,
  nominations_until: DUE,
  consents_until: null,
  shown_until: null,
}

describe('a round', () => {
  it('says what happens now and by when', () => {
    const at = (state: string, more: Partial<Round> = {}) =>
      roundSentence({ ...ROUND, state, ...more }, NOW)
    expect(at('nominating')).toContain('12月3日前可以推荐')
    expect(at('consenting', { consents_until: DUE })).toContain('请12月3日前答复')
    expect(at('publicity', { shown_until: DUE })).toContain('12月3日')
    expect(at('reviewing')).toContain('没有候选人的亲戚')
    expect([roundTone(ROUND), roundTone({ ...ROUND, state: 'reviewing' })]).toEqual([
      'mine',
      'going',
    ])
  })

  it('says which days count, and that more points count no more', () => {
    expect(termsOf(ROUND, NOW)).toHaveLength(1)
    expect(termsOf(ROUND, NOW)[0]).toContain('11月30日')
    expect(termsOf({ ...ROUND, least_points: 20 }, NOW)[1]).toContain('分多分少一个样')
  })
})

describe('putting somebody forward', () => {
  const form = { round: 'r', title: '好邻居', nominee: 'n', known: {}, story: ' 常替大家看门。 ' }

  it('is oneself, who one lives with, or who is nearest', () => {
    const home = homeOf({
      members: [
        { resident_id: 'me', name: '我', is_me: true, role: 'owner' },
        { resident_id: 'a', name: '许明远', is_me: false, role: 'adult' },
        { resident_id: 'c', name: '小明', is_me: false, role: 'child' },
      ],
      others: [{ resident_id: 'b', name: '张霞' }],
    })
    expect(home.map(({ value }) => value)).toEqual(['a', 'b'])
    const choices = nomineeChoices([...home, { value: 'a', label: '楼栋长 许明远' }])
    expect(choices.map(({ value }) => value)).toEqual([MYSELF, 'a', 'b'])
    expect(homeOf(null)).toEqual([])
  })

  it('needs a person and a few words', () => {
    expect(missingInNomination(form)).toEqual({ nominee: '', story: '' })
    expect(missingInNomination({ ...form, nominee: '', story: '好人' }).story).toContain('五个字')
    expect(nominating(form).body).toEqual({ nominee_id: 'n', story: '常替大家看门。' })
    expect(nominating({ ...form, nominee: MYSELF }).body?.nominee_id).toBeNull()
  })
})

describe('the answer of who was put forward', () => {
  const form: Answering = { id: 'n', title: '好邻居', agreed: 'yes', photo: 'no' }

  it('asks for the photograph apart, and only after a yes', () => {
    expect(missingInAnswer({ ...form, agreed: '', photo: '' }).agreed).toBe('请选一样')
    expect(missingInAnswer({ ...form, photo: '' }).photo).toBe('请选一样')
    expect(missingInAnswer({ ...form, agreed: 'no', photo: '' }).photo).toBe('')
    expect(answering(form, 2).body).toEqual({ agreed: true, photo: false, policy_version: 2 })
    expect(answering({ ...form, photo: 'yes' }, 2).body?.photo).toBe(true)
    expect(answering({ ...form, agreed: 'no', photo: 'yes' }, 2).body).toEqual({
      agreed: false,
      photo: false,
      policy_version: null,
    })
  })

  it('may be taken back as long as something follows from it', () => {
    const in_ = (state: string) => ({ state, answer_until: null })
    expect(['agreed', 'shown', 'honoured'].map((each) => mayStepBack(in_(each)))).toEqual([
      true,
      true,
      true,
    ])
    expect(['asked', 'declined', 'not_chosen'].some((each) => mayStepBack(in_(each)))).toBe(false)
    expect(steppingBackText(in_('honoured'))).toContain('证书还是您的')
    expect(ownSentence({ state: 'asked', answer_until: DUE }, NOW)).toContain('12月3日前答复')
  })
})
