import { describe, expect, it } from 'vitest'
import { problemOf } from '@/api/problems'
import {
  claimingOf,
  dayChoices,
  dayClaimed,
  dayFrom,
  draftOf,
  emptyClaiming,
  itemChoices,
  missingInClaim,
  neighboursOf,
  OTHER_DAY,
  pointsText,
  questionsOf,
  isOfAnotherSheet,
  refusedIn,
  sameItem,
  saidOfClaim,
  stepsOfClaim,
  wordsOf,
} from '@/core/claiming'
import {
  emptyPaper,
  missingInPaper,
  placeInPaper,
  readPaper,
  stepsOfPaper,
} from '@/grid/core/paper'
import { NOW } from './fakes'

const MEAL = {
  id: 'i1',
  code: 'A1',
  title: '送饭',
  category: '帮老人',
  points: 3,
  points_max: 9,
  unit: '次',
  confirmations: 2,
  needs_helped: true,
  publicity_days: 5,
  claim_within_days: 30,
  credit_to: 'person',
}
const SWEEP = { ...MEAL, id: 'i2', title: '扫楼道', points_max: 3, needs_helped: false }
const FORM = {
  ...emptyClaiming(),
  item: 'i1',
  day: '2026-11-30',
  story: ' 给陈奶奶送了两次饭 ',
  helped: '3号楼陈奶奶',
  units: '2',
}

describe('the questions', () => {
  it('asks how often only where the sheet counts it', () => {
    expect(questionsOf(MEAL)).toContain('units')
    expect(questionsOf(SWEEP)).not.toContain('units')
    expect(questionsOf(null)).not.toContain('units')
  })

  it('asks who saw it and who helped along only whoever claims it themselves', () => {
    const others = ['witnesses', 'together']
    expect(questionsOf(MEAL, { byOneself: true })).toEqual(expect.arrayContaining(others))
    expect(questionsOf(MEAL)).not.toEqual(expect.arrayContaining(others))
  })

  it('says of an item what it is worth, always with its unit', () => {
    expect(pointsText(MEAL)).toBe('每次3分，一件最多9分')
    expect(pointsText({ ...SWEEP, unit: '小时' })).toBe('每小时3分')
    expect(itemChoices([SWEEP])).toEqual([{ value: 'i2', label: '扫楼道', hint: '每次3分' }])
  })

  it('offers the last days, and one chosen before', () => {
    expect(dayChoices(NOW).map(({ value }) => value)).toEqual([
      '2026-12-01',
      '2026-11-30',
      '2026-11-29',
      OTHER_DAY,
    ])
    expect(dayChoices(NOW, '2026-11-05')[3]).toEqual({ value: '2026-11-05', label: '11月5日' })
    expect(dayChoices(NOW, OTHER_DAY)).toHaveLength(4)
  })

  it.each([
    ['11月5日', '2026-11-05'],
    ['11-5', '2026-11-05'],
    ['11 月 5 号', '2026-11-05'],
    ['12.25', '2025-12-25'],
    ['2026年12月25日', '2026-12-25'],
    ['2月30日', ''],
    ['上周', ''],
  ])('reads %s as a day', (words, day) => {
    expect(dayFrom(words, NOW)).toBe(day)
  })

  it('wants what a deed cannot be without', () => {
    expect(missingInClaim(FORM, MEAL, NOW)).toEqual({})
    expect(missingInClaim(emptyClaiming(), null, NOW)).toEqual({
      item: '请选一样',
      day: '请选哪一天',
      story: '请写几句，一句话也行',
    })
    const other = { ...FORM, day: OTHER_DAY, dayWords: '上周', story: '送饭', units: '0' }
    expect(Object.keys(missingInClaim({ ...other, helped: '' }, MEAL, NOW))).toEqual([
      'day',
      'story',
      'people',
      'units',
    ])
    expect(missingInClaim({ ...FORM, helped: '' }, SWEEP, NOW)).toEqual({})
    expect(dayClaimed({ ...FORM, day: OTHER_DAY, dayWords: '11月5日' }, NOW)).toBe('2026-11-05')
  })
})

describe('what is sent', () => {
  it('is a draft and its handing in', () => {
    const [draft, submission] = stepsOfClaim(FORM, MEAL, 'me', NOW)
    expect(draft).toMatchObject({ method: 'post', path: '/api/v1/virtue-bank/deeds' })
    expect(draft!.body).toMatchObject({
      item_id: 'i1',
      occurred_on: '2026-11-30',
      story: '给陈奶奶送了两次饭',
      building_id: null,
      helped_id: null,
      helped_note: '3号楼陈奶奶',
      shares: [{ acted_id: 'me', units: 2 }],
    })
    expect(submission).toEqual({
      method: 'post',
      path: '/api/v1/virtue-bank/deeds/{id}/submit',
      body: { row_version: { $from: 'row_version' } },
    })
    expect(wordsOf({ ...FORM, units: '7' }, SWEEP, 'me', NOW).shares).toEqual([
      { acted_id: 'me', units: 1 },
    ])
  })

  it('changes what the server has already, with the same people', () => {
    const told = {
      id: 'd',
      row_version: 4,
      item_id: 'i1',
      occurred_on: '2026-11-30',
      slot: 'morning',
      building_id: 'b',
      place: '201',
      story: '送了饭给奶奶',
      display: 'full',
      credit_to: 'family',
      helped_id: 'h',
      helped_note: '',
      shares: [
        { acted_id: 'me', acted: '王小芳', units: 2 },
        { acted_id: 'you', acted: '何邻居', units: 1 },
      ],
      asked: [
        { resident_id: 'h', role: '受助人', name: '李奶奶' },
        { resident_id: 'w', role: '见证人', name: '陈邻居' },
      ],
      files: ['f'],
    }
    const form = claimingOf(told)
    expect(form).toMatchObject({ units: '2', witnesses: ['w'], helpedId: 'h', files: ['f'] })
    const [change] = stepsOfClaim(form, MEAL, 'me', NOW)
    expect(change).toMatchObject({ method: 'put', path: '/api/v1/virtue-bank/deeds/d' })
    expect(change!.body).toMatchObject({
      row_version: 4,
      witness_ids: ['w'],
      shares: [
        { acted_id: 'me', units: 2 },
        { acted_id: 'you', units: 1 },
      ],
    })
    expect([form.known.h?.name, form.known.w?.name, form.known.you?.name]).toEqual([
      '李奶奶',
      '陈邻居',
      '何邻居',
    ])
  })

  it('says whose the points are where the sheet leaves it open', () => {
    const open = { ...MEAL, credit_to: 'choice' }
    const form = { ...FORM, creditTo: 'family' }
    expect(wordsOf(form, open, 'me', NOW).credit_to).toBe('family')
    expect(wordsOf(form, MEAL, 'me', NOW).credit_to).toBeNull()
    expect(questionsOf(open)).toContain('credit')
    expect(questionsOf(MEAL)).not.toContain('credit')
    expect(questionsOf(open, { hasFamily: false })).not.toContain('credit')
  })

  it('gives those who did it too as many hours as the claimant', () => {
    const form = { ...FORM, alongside: ['you'] }
    expect(wordsOf(form, MEAL, 'me', NOW).shares).toEqual([
      { acted_id: 'me', units: 2 },
      { acted_id: 'you', units: 2 },
    ])
    expect(wordsOf({ ...form, helpedId: 'h' }, MEAL, 'me', NOW).helped_id).toBe('h')
  })

  it('knows a draft that was taken before the handing in was refused', () => {
    expect(draftOf({ id: 'd', row_version: 1 })).toEqual({ id: 'd', version: 1 })
    expect(draftOf(null)).toBeNull()
  })
})

it('names as witnesses those who help at the door, not those who decide', () => {
  const homes = [
    {
      cards: [
        {
          holders: [
            { person_id: 'c', name: '孙若谷', role: 'building_captain', title: '楼栋长' },
            { person_id: 'me', name: '陈知夏', role: 'stair_captain', title: '楼道长' },
            { person_id: 'g', name: '沈俊杰', role: 'grid_worker', title: '网格员' },
          ],
        },
      ],
    },
    {},
  ]
  expect(neighboursOf(homes, 'me')).toEqual([{ value: 'c', label: '楼栋长 孙若谷' }])
})

describe('what the server refuses', () => {
  it('stands at its question', () => {
    const refused = problemOf(422, { errors: { json: { place: ['太长'], other: ['不行'] } } })

    expect(refusedIn(refused)).toEqual({ where: '太长', story: '不行' })
  })

  it('stands at the photos where one of them proves another deed', () => {
    const refused = problemOf(409, {
      type: '/problems/file-already-used',
      title: '用过了',
      detail: '请换一张。',
    })

    expect(refusedIn(refused)).toEqual({ photos: '用过了。请换一张。' })
  })
})

describe('a refusal of something that has moved on', () => {
  const of = (status: number, told: object) => saidOfClaim(problemOf(status, told))

  it('says that the sheet is another, and that what was written is still there', () => {
    const errors = { json: { item_id: ['请从那一天生效的细则里选'] } }
    expect(of(422, { title: '积分细则里没有这一项', errors }).title).toBe('积分细则换了新的')
    for (const type of ['stale-version', 'not-in-this-state']) {
      expect(of(409, { type: `/problems/${type}` }).detail).toContain('您写的还在这里')
    }
    expect(of(404, {}).detail).toContain('您写的还在这里')
  })

  it('leaves the rest as the server says it', () => {
    expect(of(409, { title: '已达到细则规定的上限' }).title).toBe('已达到细则规定的上限')
  })
})

describe('the sheet of a day', () => {
  it('has the same item under another id, or none', () => {
    expect(sameItem('old', 'A1', [{ id: 'new', code: 'A1' }])).toBe('new')
    expect(sameItem('old', 'A1', [{ id: 'new', code: 'B1' }])).toBe('')
    expect(sameItem('new', undefined, [{ id: 'new', code: 'B1' }])).toBe('new')
  })

  it('rules from its first day until the day before the next one begins', () => {
    const span = { from: '2026-11-01', ends_on: '2026-12-01' }
    const days = ['', '2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01']
    const others = days.map((day) => isOfAnotherSheet(span, day))
    expect(others).toEqual([false, true, false, false, true])
    expect(isOfAnotherSheet({ from: null, ends_on: null }, '2026-11-01')).toBe(false)
  })
})

describe('typed for somebody', () => {
  const granny = { id: 'g', name: '陈奶奶', home: '3号楼1单元201' }
  const person = { id: 'p', name: '孙若谷', home: '3号楼1单元301' }
  const form = {
    ...emptyPaper(),
    ...FORM,
    helped: '',
    person,
    channel: 'paper',
    slipNo: ' 7 ',
    helpedBy: granny,
  }

  it('is the deed of who told it, with the people found by name', () => {
    const [draft, submission] = stepsOfPaper({ ...form, together: [granny] }, MEAL, NOW)
    expect(draft).toMatchObject({ path: '/api/v1/virtue-bank/deeds/on-behalf' })
    expect(draft!.body).toMatchObject({
      resident_id: 'p',
      channel: 'paper',
      slip_no: '7',
      helped_id: 'g',
      shares: [
        { acted_id: 'p', units: 2 },
        { acted_id: 'g', units: 1 },
      ],
    })
    expect(submission!.path).toContain('/submit')
    const again = stepsOfPaper({ ...form, draft: { id: 'd', version: 1 } }, MEAL, NOW)[0]!
    expect(again).toMatchObject({ method: 'put', path: '/api/v1/virtue-bank/deeds/d' })
    expect(again.body).not.toHaveProperty('channel')
  })

  it('wants to know who and how', () => {
    expect(missingInPaper(form, MEAL, NOW)).toEqual({})
    expect(Object.keys(missingInPaper({ ...form, person: null, channel: '' }, MEAL, NOW))).toEqual(
      ['person', 'channel'],
    )
    expect(placeInPaper('slip_no')).toBe('slipNo')
    expect(placeInPaper('occurred_on')).toBe('day')
    expect(placeInPaper('shares')).toBe('people')
  })

  it('is read back first', () => {
    const lines = readPaper({ ...form, seenBy: [person], place: '201' }, MEAL, '11月30日')
    expect(lines).toEqual([
      '孙若谷，您报的是“送饭”。',
      '11月30日，在201。',
      '给陈奶奶送了两次饭',
      '帮了：陈奶奶。',
      '请孙若谷证明。',
      '我记得对不对？',
    ])
  })
})
