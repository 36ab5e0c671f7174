import { describe, expect, it } from 'vitest'
import {
  codeOf,
  countChoices,
  isNothing,
  linesOf,
  missingCode,
} from '@/grid/core/counter'
import {
  accountNotes,
  accountsShown,
  byCategory,
  capText,
  changeText,
  conditionsOf,
  lineNotes,
  ownAccount,
  purseChoices,
  pursesOf,
  roomText,
  sheetText,
  sumText,
} from '@/points/core/account'
import {
  mayAnswer,
  mayAppeal,
  missingReason,
  objectionSentence,
  reversalSentence,
  saying,
  SAYINGS,
  sayUrl,
} from '@/points/core/saying'
import {
  Codes,
  leftText,
  mostOf,
  placeText,
  orderSentence,
  orderTone,
  placedTitle,
  quantities,
  spelled,
  whyNot,
  whyNotAny,
} from '@/points/core/shop'
import { FakeStore, NOW } from './fakes'

const DUE = '2026-12-03T16:00:00Z' // the end of 3 December in Shanghai
const PAST = '2026-11-29T16:00:00Z'
const MINE = {
  id: 1,
  asset: 'points',
  owner: 'person',
  available: 12,
  pending: 0,
  debt: 0,
  frozen: false,
}

describe('an account', () => {
  it('is one’s own or the family’s, not what one may give', () => {
    const quota = { ...MINE, id: 2, owner: 'quota' }
    const time = { ...MINE, id: 3, asset: 'minutes' }
    expect(accountsShown([quota, MINE, time])).toEqual([MINE])
    expect(ownAccount([quota, MINE])).toEqual(MINE)
    expect(ownAccount([]).available).toBe(0)
  })

  it('may be the family’s as well, when something is to be had with it', () => {
    const family = { ...MINE, id: 4, owner: 'family', available: 300 }
    expect(pursesOf([family, MINE])).toEqual([MINE, family])
    expect(pursesOf([family]).map(({ owner }) => owner)).toEqual(['person', 'family'])
    expect(purseChoices(pursesOf([MINE, family]))).toEqual([
      { value: 'person', label: '我的积分，有12分' },
      { value: 'family', label: '全家的积分，有300分' },
    ])
    const dear = { points: 250, available: 1, left_this_month: null }
    expect(whyNotAny(dear, [MINE])).toContain('还差238分')
    expect(whyNotAny(dear, [MINE, family])).toBe('')
  })

  it('says what is set aside, owed or stopped', () => {
    expect(accountNotes(MINE)).toEqual([])
    const notes = accountNotes({ ...MINE, pending: 5, debt: 2, frozen: true }).join('')
    expect(notes).toContain('5分留着')
    expect(notes).toContain('还欠2分')
    expect(notes).toContain('冻结')
  })

  it('tells what hangs on the board from what hung and waits, here for the account itself', () => {
    const coming = { ...MINE, on_board: 8, hung: 5 }
    expect(accountNotes(coming)).toEqual([
      '另有8分正在公示，没有异议就入账',
      '另有5分公示完了，等着入账',
    ])
    expect(accountNotes({ ...coming, frozen: true })).toEqual([
      '另有8分正在公示，没有异议的，解冻以后入账',
      '另有5分公示完了，解冻以后入账',
      '这个账户冻结着，查清楚以前先不能用',
    ])
  })

  it('has lines that say what came, what is left and where it is sealed', () => {
    const line = {
      id: 9,
      at: '2026-12-01T02:00:00Z',
      title: '善行积分',
      code: 1,
      amount: 3,
      change: 3,
      balance: 12,
      block: 5,
    }
    expect(changeText(line)).toBe('+3分')
    expect(changeText({ ...line, change: -3 })).toBe('−3分')
    const still = { ...line, change: 0 }
    expect(changeText({ ...still, kind: 'hold' })).toBe('公示中3分')
    expect(changeText({ ...still, kind: 'void' })).toBe('不入账3分')
    expect(changeText({ ...still, code: 10, kind: 'hold' })).toBe('留着3分')
    expect(changeText({ ...still, code: 10, kind: 'void' })).toBe('放回3分')
    expect(lineNotes(line, NOW)).toBe('今天 10:00，剩12分，封存在第5块')
    expect(lineNotes({ ...line, balance: null, block: null }, NOW)).toBe('今天 10:00，还没有封存')
  })

  it('says in whole sentences what the sheet allows', () => {
    const cap = { item_code: null, subject: 'person', period: 'month', cap: 30 }
    expect(capText(cap, {})).toBe('所有善行：一个人一个月最多30分')
    expect(capText({ ...cap, item_code: 'A1' }, { A1: '送饭' })).toBe(
      '“送饭”：一个人一个月最多30分',
    )
    expect(roomText({ ...cap, used: 6, room: 24 })).toBe('一个人一个月最多30分，用了6分，还有24分')
    const sum = { who: '陈知夏', points_each: 3, units: 2, asked: 6, granted: null }
    expect(sumText(sum, '次')).toBe('陈知夏：每次3分，2次，按细则6分，还没有定')
    expect(sumText({ ...sum, granted: 5 }, '')).toContain('定了5分')
    const sheet = { version: 2, from: '2026-11-01', resolution_ref: '居民代表会议决议' }
    expect(sheetText(sheet, NOW)).toBe('第2版，从11月1日（星期日）起用，依据居民代表会议决议')
    const item = {
      category: '帮老人',
      confirmations: 2,
      needs_helped: true,
      publicity_days: 5,
      claim_within_days: 30,
    }
    expect(conditionsOf(item)).toBe('2个人证明，要有帮到的人；做好后30天里报；公示5个工作日')
    const groups = byCategory([item, { ...item, category: '环境' }, item])
    expect(groups.map(([name, items]) => [name, items.length])).toEqual([
      ['帮老人', 2],
      ['环境', 1],
    ])
  })
})

describe('the shop', () => {
  const soap = { points: 5, available: 3, left_this_month: null as number | null }
  const order = {
    id: 'o',
    basket: 'b',
    title: '洗衣液',
    quantity: 2,
    given: null as number | null,
    points: 10,
    state: 'placed',
    last_day: '2026-12-03',
    expires_at: DUE,
    reason: '',
    return_asked_at: null as string | null,
  }

  it('lets nobody ask for more than there is, is left or can be afforded', () => {
    expect(mostOf(soap, 12)).toBe(2)
    expect(mostOf(soap, 100)).toBe(3)
    expect(mostOf({ ...soap, left_this_month: 1 }, 100)).toBe(1)
    expect(mostOf(soap, 0)).toBe(0)
    expect(quantities(2).map(({ label }) => label)).toEqual(['1份', '2份'])
  })

  it('says where to go and when', () => {
    const counter = { title: '便民窗口', place: '服务站一楼', hours: '工作日9点到17点' }
    expect(placeText(counter)).toBe('服务站一楼便民窗口，工作日9点到17点')
    expect(placeText({ ...counter, hours: '' })).toBe('服务站一楼便民窗口')
  })

  it('says why not', () => {
    expect(whyNot(soap, MINE)).toBe('')
    expect(whyNot(soap, { ...MINE, available: 2 })).toBe('还差3分')
    expect(whyNot(soap, { ...MINE, debt: 2 })).toContain('还欠2分')
    expect(whyNot(soap, { ...MINE, frozen: true })).toContain('冻结')
    expect(whyNot({ ...soap, available: 0 }, MINE)).toBe('已经兑完了')
    expect(whyNot({ ...soap, left_this_month: 0 }, MINE)).toContain('下个月')
    expect(leftText({ ...soap, left_this_month: 1 })).toBe('还有3份，您这个月还能兑1份')
  })

  it('tells of an order until when, or how it ended', () => {
    expect(orderSentence(order, NOW)).toBe('12月3日（星期四）以前来领，10分先留着')
    const gone = { ...order, state: 'picked_up', given: 1, points: 5 }
    expect(orderSentence(gone, NOW)).toBe('领了1份，用了5分，没领的不扣')
    expect(orderSentence({ ...gone, given: 2, points: 10 }, NOW)).toBe('领走了，用了10分')
    expect(orderSentence({ ...gone, return_asked_at: DUE }, NOW)).toContain('居委会确认')
    expect(placedTitle(order)).toContain('请来领')
    expect(placedTitle({ ...order, state: 'awaiting_family' })).toBe('等家里人同意')
    expect(orderSentence({ ...order, state: 'refused', reason: '坏了' }, NOW)).toContain('坏了')
    expect(orderSentence({ ...order, state: 'awaiting_family' }, NOW)).toContain('12月3日前')
    for (const state of ['expired', 'returned', 'cancelled']) {
      expect(orderSentence({ ...order, state }, NOW)).toMatch(/积分退回来了|还给您了/)
    }
    expect(orderTone(order)).toBe('mine')
    expect(orderTone({ ...order, state: 'cancelled' })).toBe('stopped')
  })

  it('keeps codes for their person, as long as somebody waits for them', () => {
    const store = new FakeStore()
    const codes = new Codes(store, 'me')
    codes.keep('b', 'K7PM3XQ9')
    codes.keep('c', 'AAAA2222')
    expect(spelled(codes.of('b'))).toBe('K7PM 3XQ9')
    codes.forgetBut(['b'])
    expect(codes.of('c')).toBe('')
    expect(new Codes(store, 'you').of('b')).toBe('')
    expect(store.names()).toEqual(['p:me:codes'])
  })
})

describe('the counter', () => {
  const waiting = { id: 'o', title: '洗衣液', quantity: 2, given: null, state: 'placed' }

  it('takes a code as it is read out', () => {
    expect(codeOf('k7pm-3xq9')).toBe('K7PM3XQ9')
    expect(missingCode('k7pm 3xq9')).toBe('')
    expect(missingCode('k7pm')).toBe('请写全8位取货码')
  })

  it('names only what differs from the order', () => {
    expect(linesOf([waiting], {})).toEqual([])
    expect(linesOf([waiting], { o: '1' })).toEqual([{ order_id: 'o', quantity: 1 }])
    const two = [waiting, { ...waiting, id: 'p' }]
    expect(linesOf(two, { o: '0' })).toEqual([{ order_id: 'p', quantity: 2 }])
    expect(isNothing(two, { o: '0' })).toBe(false)
    expect(isNothing([waiting], { o: '0' })).toBe(true)
    expect(countChoices(2).map(({ label }) => label)).toEqual(['2份', '1份', '先不领'])
  })
})

describe('saying no', () => {
  it('goes where it belongs, under the name it has there', () => {
    for (const act of Object.keys(SAYINGS) as (keyof typeof SAYINGS)[]) {
      expect(saying(act, 'x', ' 不是这样的 ').path).toContain('/x/')
    }
    expect(saying('object', 'd', '不是这样的').body).toEqual({ reason: '不是这样的' })
    expect(saying('answer', 'r', '不是这样的').body).toEqual({ text: '不是这样的' })
    expect(sayUrl('object', 'd', '送饭')).toContain('act=object&id=d&title=%')
    expect(missingReason('不对')).not.toBe('')
    expect(missingReason('不是他做的')).toBe('')
  })

  const objection = {
    kind: 'objection',
    state: 'open',
    state_label: '等答复',
    outcome: null as string | null,
    reason: '',
    judged_reason: '',
    due_at: DUE,
  }

  it('tells who answers by when, and who may appeal', () => {
    expect(objectionSentence(objection, NOW)).toBe('居委会12月3日前答复')
    expect(objectionSentence({ ...objection, kind: 'complaint' }, NOW)).toContain('监督委员会')
    expect(objectionSentence({ ...objection, state: 'closed', state_label: '已结束' }, NOW)).toBe(
      '已结束',
    )
    const upheld = { ...objection, state: 'upheld', outcome: 'upheld' }
    expect(mayAppeal(upheld, 'claimant', NOW)).toBe(true)
    expect(mayAppeal(upheld, 'objector', NOW)).toBe(false)
    expect(mayAppeal({ ...upheld, due_at: PAST }, 'claimant', NOW)).toBe(false)
    expect(mayAppeal(objection, 'objector', NOW)).toBe(false)
  })

  it('hears the holder before points are taken back, and after', () => {
    const asked = {
      state: 'requested',
      amount: 3,
      reason: '',
      answer_until: DUE,
      appeal_until: null as string | null,
      due_at: null as string | null,
    }
    expect(reversalSentence(asked, NOW)).toBe('居委会要收回这3分，请您12月3日前说明情况')
    expect(mayAnswer(asked, NOW)).toBe('answer')
    const taken = { ...asked, state: 'confirmed', appeal_until: DUE }
    expect(reversalSentence(taken, NOW)).toContain('12月3日前向监督委员会申诉')
    expect(mayAnswer(taken, NOW)).toBe('appeal_reversal')
    expect(mayAnswer({ ...taken, appeal_until: PAST }, NOW)).toBeNull()
    const answered = { ...asked, state: 'answered', due_at: DUE }
    expect(mayAnswer(answered, NOW)).toBeNull()
    expect(reversalSentence(answered, NOW)).toBe('您说明了，居委会由另一个人12月3日前决定')
    const appealed = { ...answered, state: 'appealed' }
    expect(reversalSentence(appealed, NOW)).toBe('您申诉了，监督委员会12月3日前答复')
  })
})
