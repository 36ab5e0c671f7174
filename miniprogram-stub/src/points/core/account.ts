/** 我的积分: what is on an account, what each line of it means, what the sheet says. */
import { dayText, daysAfter, sinceText } from '../../core/dates'

export interface Account {
  id: number
  asset?: string
  owner?: string
  available: number
  pending: number
  debt: number
  frozen: boolean
  /** What deeds are still to bring: those that hang, and those that hung their days. */
  on_board?: number
  hung?: number
}

export interface Line {
  id: number
  at: string
  title?: string
  kind?: string
  code: number
  amount: number
  change: number
  balance: number | null
  block: number | null
}

export interface Cap {
  item_code: string | null
  subject: string
  period: string
  cap: number
}

const OWNERS: Record<string, string> = { person: '我的积分', family: '全家的积分' }
const SUBJECTS: Record<string, string> = {
  account: '一个账户',
  person: '一个人',
  pair: '同一个人帮同一个人',
}
const PERIODS: Record<string, string> = { day: '一天', week: '一周', month: '一个月', year: '一年' }

/** One's own and the family's; what a worker may give is no account of theirs. */
export function accountsShown<T extends Account>(accounts: readonly T[]): T[] {
  return accounts.filter(({ asset, owner }) => asset === 'points' && (owner ?? '') in OWNERS)
}

export function ownerText({ owner }: Account): string {
  return OWNERS[owner ?? ''] ?? '积分'
}

const KEPT = '公示完的，解冻以后入账'

/** What stands below the number that can be used. */
export function accountNotes({ pending, debt, frozen, on_board, hung }: Account): string[] {
  return [
    pending ? `另有${pending}分留着，等您去领兑换的东西` : '',
    debt ? `还欠${debt}分。以后得的积分先还上，还清才能兑换` : '',
    on_board ? `另有${on_board}分正在公示，没有异议${frozen ? '的，解冻以后' : '就'}入账` : '',
    hung ? `另有${hung}分公示完了，${frozen ? '解冻以后入账' : '等着入账'}` : '',
    frozen ? `这个账户冻结着，查清楚以前先不能用${on_board || hung ? '' : `。${KEPT}`}` : '',
  ].filter(Boolean)
}

/** What comes out of a quota; the rest goes out of the account itself. */
const LAST_AWARD = 6

/** +3分, −5分; what is only promised, set aside or freed changes nothing. */
export function changeText({ change, amount, kind, code }: Line): string {
  if (change > 0) return `+${change}分`
  if (change < 0) return `−${-change}分`
  const isAward = code <= LAST_AWARD
  if (kind === 'hold') return isAward ? `公示中${amount}分` : `留着${amount}分`
  return isAward ? `不入账${amount}分` : `放回${amount}分`
}

export function lineNotes({ at, balance, block }: Line, now: number): string {
  return [
    sinceText(Date.parse(at), now),
    balance === null ? '' : `剩${balance}分`,
    block === null ? '还没有封存' : `封存在第${block}块`,
  ]
    .filter(Boolean)
    .join('，')
}

/** How far back a statement goes. */
export const SPANS = [
  { value: 'quarter', label: '最近三个月' },
  { value: 'year', label: '最近一年' },
] as const
const YEAR_DAYS = 365

/** What is asked of the server, which gives three months by itself. */
export function spanAsked(length: string, now: number): { from?: string } {
  return length === 'year' ? { from: daysAfter(now, -YEAR_DAYS) } : {}
}

/** Where the same lines are to be had on A4, and what the file is called. */
export function paperOf(id: number, [from, to]: readonly [string, string]) {
  return {
    url: `/api/v1/virtue-bank/accounts/${id}/statement?format=pdf&from=${from}&to=${to}`,
    name: `积分对账单${from}至${to}.pdf`,
  }
}

/** 一个人一个月最多30分 */
export function capText({ item_code, subject, period, cap }: Cap, titles: Record<string, string>) {
  const of = item_code ? `“${titles[item_code] ?? item_code}”：` : '所有善行：'
  return `${of}${SUBJECTS[subject] ?? ''}${PERIODS[period] ?? ''}最多${cap}分`
}

/** Which sheet rules, since when, and who resolved it. */
export function sheetText(
  sheet: { version: number; from: string | null; resolution_ref: string | null },
  now: number,
): string {
  const since = sheet.from ? `从${dayText(sheet.from, now)}起用` : '还没有开始用'
  return [`第${sheet.version}版，${since}`, sheet.resolution_ref].filter(Boolean).join('，依据')
}

/** What has to be so for an item to count, as somebody reads it who has never seen the sheet. */
export function conditionsOf(item: {
  confirmations: number
  needs_helped: boolean
  publicity_days: number
  claim_within_days: number
}): string {
  const helped = item.needs_helped ? '，要有帮到的人' : ''
  return `${item.confirmations}个人证明${helped}；做好后${item.claim_within_days}天里报；公示${item.publicity_days}个工作日`
}

/** In the order in which the sheet first names them. */
export function byCategory<T extends { category: string }>(items: readonly T[]): [string, T[]][] {
  const found = new Map<string, T[]>()
  for (const item of items) found.set(item.category, [...(found.get(item.category) ?? []), item])
  return [...found]
}

/** 陈知夏：每次3分，2次，给了6分 */
export function sumText(
  sum: { who: string; points_each: number; units: number; asked: number; granted: number | null },
  unit: string,
): string {
  const each = `每${unit || '次'}${sum.points_each}分，${sum.units}${unit || '次'}，按细则${sum.asked}分`
  const granted = sum.granted === null ? '，还没有定' : `，定了${sum.granted}分`
  return `${sum.who}：${each}${granted}`
}

/** 一个人一个月最多30分，用了6分，还有24分 */
export function roomText(cap: {
  subject: string
  period: string
  cap: number
  used: number
  room: number
}): string {
  const most = `${SUBJECTS[cap.subject] ?? ''}${PERIODS[cap.period] ?? ''}最多${cap.cap}分`
  return `${most}，用了${cap.used}分，还有${cap.room}分`
}

/** What something can be had from: one's own points, and the family's where there are any. */
export function pursesOf<T extends Account>(accounts: readonly T[]): Account[] {
  const family = accountsShown(accounts).filter(({ owner }) => owner === 'family')
  return [ownAccount(accounts), ...family]
}

/** 我的积分，有12分 */
export function purseChoices(purses: readonly Account[]): { value: string; label: string }[] {
  return purses.map((purse) => ({
    value: purse.owner ?? 'person',
    label: `${ownerText(purse)}，有${purse.available}分`,
  }))
}

const NOTHING: Account = { id: 0, owner: 'person', available: 0, pending: 0, debt: 0, frozen: false }

/** One's own; somebody who never had a point has none yet. */
export function ownAccount(accounts: readonly Account[]): Account {
  return accounts.find(({ asset, owner }) => asset === 'points' && owner === 'person') ?? NOTHING
}
