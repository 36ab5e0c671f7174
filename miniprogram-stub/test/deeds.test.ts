import { describe, expect, it } from 'vitest'
import {
  askedText,
  boardUntil,
  deedSentence,
  deedTone,
  isOpen,
  movedText,
  whenAndWhere,
  wordOnDeed,
} from '@/core/deeds'
import {
  decision,
  emptyReviewing,
  emptyWord,
  hintLines,
  isSecond,
  missingInReview,
  missingInWord,
  outcomesOf,
  pointsAsked,
  quotaText,
  SOMEBODY,
  whoChoices,
  whyNone,
  wordTyped,
} from '@/grid/core/deeds'
import { NOW } from './fakes'

const DUE = '2026-12-03T16:00:00Z' // the end of 3 December in Shanghai
const PAST = '2026-11-29T16:00:00Z'

function at(state: string, due_at: string | null = DUE, points: number | null = null) {
  return { state, due_at, points, display_until: DUE }
}

describe('where a deed stands', () => {
  it('says who does what by when, or how late it is', () => {
    expect(deedSentence(at('confirmed'), NOW)).toBe('有人证明了，网格员12月3日前审核')
    expect(deedSentence(at('confirmed', PAST), NOW)).toBe('说好11月29日，现在晚了2天')
    expect(deedSentence(at('publicity', null, 3), NOW)).toBe(
      '正在公示，到12月3日（星期四）没有异议，3分就入账',
    )
    expect(deedSentence(at('credited', null, 3), NOW)).toBe('3分已经入账')
    expect(deedSentence(at('returned'), NOW)).toBe('要补充一点，请您12月3日前补好再交')
  })

  it('says of one that hung its days what it waits for', () => {
    const over = { ...at('publicity', null, 3), display_until: PAST }
    expect(deedSentence(over, NOW)).toBe('公示已结束，3分等着入账')
    expect(deedSentence({ ...over, awaits_unfreezing: true }, NOW)).toBe(
      '公示已结束，3分等账户解冻后入账',
    )
  })

  it('says of the points of several whose are credited and whose wait', () => {
    const credited = at('credited', null, 20)
    const own = { ...credited, own_points: 10, own_credited: 10 }
    expect(deedSentence(own, NOW)).toBe('10分已经入账')
    expect([deedTone(own, NOW), isOpen(own)]).toEqual(['done', false])
    const waits = { ...own, own_credited: 0, awaits_unfreezing: true }
    expect(deedSentence(waits, NOW)).toBe('公示已结束，10分等账户解冻后入账')
    expect([deedTone(waits, NOW), isOpen(waits)]).toEqual(['going', true])
    const all = { ...credited, own_points: 20, own_credited: 10 }
    expect(deedSentence(all, NOW)).toBe('10分已经入账，还有10分没有入账')
    expect(deedSentence({ ...all, awaits_unfreezing: true }, NOW)).toBe(
      '10分已经入账，还有10分等账户解冻后入账',
    )
    expect(deedSentence({ ...at('publicity', null, 20), own_points: 10 }, NOW)).toContain(
      '10分就入账',
    )
  })

  it('has a tone that never stands alone for it', () => {
    expect(deedTone(at('submitted'), NOW)).toBe('going')
    expect(deedTone(at('submitted', '2026-12-02T16:00:00Z'), NOW)).toBe('soon')
    expect(deedTone(at('refuted', PAST), NOW)).toBe('late')
    expect(deedTone(at('draft'), NOW)).toBe('mine')
    expect(deedTone(at('publicity', PAST), NOW)).toBe('going')
    expect(deedTone(at('credited'), NOW)).toBe('done')
    expect(deedTone(at('voided'), NOW)).toBe('stopped')
    expect(isOpen(at('objected'))).toBe(true)
  })

  it('says when and where, as far as it is known', () => {
    const place = { occurred_on: '2026-11-30', slot: 'morning', building: '3号楼', place: '201' }
    expect(whenAndWhere(place, NOW)).toBe('11月30日（星期一）上午，3号楼201')
    expect(whenAndWhere({ ...place, slot: '', building: '', place: '' }, NOW)).toBe(
      '11月30日（星期一）',
    )
  })

  it('may be objected to while it hangs', () => {
    expect(boardUntil({ until: DUE }, NOW)).toBe('有异议的，12月3日前提')
    expect(boardUntil({ until: PAST }, NOW)).toBe('')
    expect(boardUntil({ until: null }, NOW)).toBe('')
  })

  it('says who moved it on, and of what went on by itself only when', () => {
    const since = '2026-12-01T02:20:00Z'
    expect(movedText({ by: '申报人', since }, NOW)).toBe('申报人，12月1日（星期二）10:20')
    expect(movedText({ by: '系统', since }, NOW)).toBe('12月1日（星期二）10:20')
  })

  it('asks in plain words what somebody is named as', () => {
    expect(askedText({ role: 'helped', due_at: DUE }, '', NOW)).toBe(
      '上面写的是帮了您。请12月3日前说一说；不说也没有关系。',
    )
    expect(askedText({ role: 'witness', due_at: null }, '许明远', NOW)).toBe(
      '上面写着许明远看见了。请说一说；不说也没有关系。',
    )
  })

  it('counts a word as unrelated only where somebody says so', () => {
    const word = { stance: 'yes', related: 'yes', note: ' 是我女儿 ' }
    expect(wordOnDeed('d', word).body).toEqual({
      stance: 'yes',
      unrelated: false,
      note: '是我女儿',
    })
  })
})

describe('初审', () => {
  const ALLOWED = { allowed: true, reason: '' }
  const share = { acted_id: 'a', acted: '陈知夏', units: 4, points: null }
  const rule = { points: 3, points_max: 9, unit: '次' }

  it('offers what the server allows, or says why nothing', () => {
    const actions = ['approve', 'return', 'reject', 'confirm'].map((action) => ({
      action,
      ...ALLOWED,
    }))
    expect(outcomesOf(actions).map(({ value }) => value)).toEqual(['approve', 'return', 'reject'])
    expect(isSecond(actions)).toBe(false)
    const second = [{ action: 'second_approve', allowed: false, reason: '请其他工作人员办理。' }]
    expect(outcomesOf(second)).toEqual([])
    expect(whyNone(second)).toBe('请其他工作人员办理。')
    expect(isSecond(second)).toBe(true)
  })

  it('tells what looks alike and what is left to give, with its unit', () => {
    const review = {
      same_day: [{ id: 't', serial: 'VB-2026-000001', state_label: '公示' }],
      alike_stories: [{ id: 's', serial: null, percent: 62 }],
      left_to_give: 40,
      doubted: true,
      names_family: true,
    }
    expect(hintLines(review)).toEqual([
      '有人说过不属实',
      '有证明人与做事人的家人同名，请问清',
      '同一天同一项：VB-2026-000001，公示',
      '写得相像（62%）：没有编号',
    ])
    expect(quotaText(review)).toBe('您这个月还可以批40分')
    expect(quotaText({ left_to_give: null })).toContain('没有审批额度')
    expect(pointsAsked(rule, share)).toBe(9)
  })

  it('asks for a call without a picture, for a reason with a no', () => {
    const form = { ...emptyReviewing(), deed: 'd', outcome: 'approve' }
    expect(missingInReview(form, [share], rule, true, false)).toEqual({})
    expect(missingInReview(form, [share], rule, false, true)).toEqual({})
    expect(Object.keys(missingInReview(form, [share], rule, false, false))).toEqual(['callNote'])
    const given = { ...form, points: { a: '10' }, callNote: '问过了' }
    expect(missingInReview(given, [share], rule, false, false)).toEqual({ a: '请写1到9的整数' })
    const no = { ...form, outcome: 'reject' }
    expect(Object.keys(missingInReview(no, [share], rule, true, false))).toEqual([
      'reasonCode',
      'reason',
    ])
    expect(missingInReview(emptyReviewing(), [share], rule, true, false)).toEqual({
      outcome: '请选一样',
    })
  })

  it('sends other points only where some were written, and the version that was read', () => {
    const form = {
      ...emptyReviewing(),
      deed: 'd',
      outcome: 'approve',
      points: { a: '6', b: '' },
      callNote: '问过了',
    }
    expect(decision(form, 3, false)).toEqual({
      method: 'post',
      path: '/api/v1/virtue-bank/deeds/d/decision',
      body: {
        outcome: 'approve',
        row_version: 3,
        points: [{ acted_id: 'a', points: 6 }],
        call_note: '问过了',
      },
    })
    const no = { ...form, outcome: 'reject', reasonCode: 'unclear', reason: '写清时间' }
    expect(decision(no, 3, true)).toEqual({
      method: 'post',
      path: '/api/v1/virtue-bank/deeds/d/second-decision',
      body: { outcome: 'reject', row_version: 3, reason_code: 'unclear', reason: '写清时间' },
    })
  })
})

describe('a word typed for somebody', () => {
  const word = { ...emptyWord(), deed: 'd', channel: 'phone', stance: 'yes', related: 'no' }

  it('is of somebody asked, or of a name', () => {
    const choices = whoChoices([{ resident_id: 'r', name: '陈奶奶', role: '受助人' }])
    expect(choices.map(({ label }) => label)).toEqual(['陈奶奶（受助人）', '别的人，写姓名'])
    expect(wordTyped({ ...word, who: 'r' }).body).toEqual({
      resident_id: 'r',
      name: '',
      channel: 'phone',
      stance: 'yes',
      unrelated: true,
      note: '',
    })
    const named = { ...word, who: SOMEBODY, name: ' 王大爷 ', role: 'helped' }
    expect(wordTyped(named).body).toMatchObject({
      resident_id: null,
      name: '王大爷',
      role: 'helped',
    })
  })

  it('is not taken half', () => {
    expect(Object.keys(missingInWord(emptyWord()))).toEqual([
      'who',
      'channel',
      'stance',
      'related',
    ])
    expect(Object.keys(missingInWord({ ...word, who: SOMEBODY }))).toEqual(['name', 'role'])
    expect(missingInWord({ ...word, who: 'r' })).toEqual({})
  })
})
