/** 善行 in plain words: where one stands, who does what by when, and what its people may do. */
import { byText, dayOf, dayText, daysBetween, daysLate, lastDay, lateText, momentText } from './dates'
import type { Tone } from './matters'
import type { Step } from './outbox'
import { actingFor } from './proxies'

export interface Standing {
  state: string
  points: number | null
  due_at: string | null
  display_until: string | null
  /** What of the points is the reader's, or all of them, and how much of that is on an account. */
  own_points?: number | null
  own_credited?: number
  awaits_unfreezing?: boolean
}

/** What happens next, with {by} for the day, {until} for the last day on the board. */
const NEXT: Record<string, string> = {
  draft: '还没有交上去，请您{by}交上来',
  submitted: '请帮到的人和见证的人{by}说一说是不是属实',
  confirmed: '有人证明了，网格员{by}审核',
  refuted: '有人说不属实，网格员{by}问清楚',
  second_review: '由另一位工作人员再看一遍，{by}看完',
  publicity: '正在公示，到{until}没有异议，{points}分就入账',
  objected: '有人提了异议，居委会核实清楚以前先不入账',
  credited: '{points}分已经入账',
  returned: '要补充一点，请您{by}补好再交',
  rejected: '这次没有通过，原因写在里面',
  voided: '异议有道理，这一件不记积分',
  withdrawn: '您已经收回',
  lapsed: '过了日子，没有办成。还在期限里的，可以再报一次',
}
const ENDED = ['credited', 'rejected', 'voided', 'withdrawn', 'lapsed']
const WITH_CLAIMANT = ['draft', 'returned']
const SOON_DAYS = 1

export const STANCES = [
  { value: 'yes', label: '属实', hint: '我知道这件事，是真的' },
  { value: 'no', label: '不属实', hint: '不是这样的' },
  { value: 'unsure', label: '不清楚', hint: '我说不准，没关系' },
]
export const RELATED = [
  { value: 'no', label: '不是' },
  { value: 'yes', label: '是一家人或亲戚' },
]
/** Where the points of a deed go, as far as the sheet leaves it open. */
export const CREDITED = [
  { value: 'person', label: '记给本人' },
  { value: 'family', label: '记给家庭账户', hint: '一起做的家人也记在家里，邻居记给自己' },
]
export const DISPLAYS = [
  { value: 'masked', label: '写一半姓名', hint: '比如：陈**' },
  { value: 'full', label: '写全名', hint: '您在“隐私和安全”里同意上光荣榜，才会写' },
  { value: 'building', label: '不写姓名', hint: '只写楼栋。要多一个人看一遍' },
]
/** As somebody reads them who types for another. */
export const OTHERS_DISPLAYS = DISPLAYS.map((each) =>
  each.value === 'full' ? { ...each, hint: '本人同意过上光荣榜，才会写' } : each,
)
const SLOT_WORDS: Record<string, string> = { morning: '上午', afternoon: '下午', evening: '晚上' }

export function isOpen(deed: Standing): boolean {
  return !ENDED.includes(deed.state) || waitsFor(deed) > 0
}

/** 「有人证明了，网格员12月3日前审核」, or how late it is. */
export function deedSentence(deed: Standing, now: number): string {
  const words = (hasHung(deed, now) || waitsFor(deed) ? hung(deed) : NEXT[deed.state]) ?? ''
  if (words.includes('{by}') && isLate(deed, now)) return lateText(deed.due_at!, now)
  return words
    .replace('{by}', deed.due_at ? byText(deed.due_at, now) : '')
    .replace('{until}', deed.display_until ? dayText(lastDay(deed.display_until), now) : '期满')
    .replace('{points}', String(pointsOf(deed)))
}

export function deedTone(deed: Standing, now: number): Tone {
  if (deed.state === 'credited') return waitsFor(deed) ? 'going' : 'done'
  if (!isOpen(deed)) return 'stopped'
  if (WITH_CLAIMANT.includes(deed.state)) return 'mine'
  if (!deed.due_at || deed.state === 'publicity' || deed.state === 'objected') return 'going'
  if (isLate(deed, now)) return 'late'
  return daysBetween(dayOf(now), lastDay(deed.due_at)) <= SOON_DAYS ? 'soon' : 'going'
}

/** 网格员或居委会成员，12月1日（星期二）10:20; what went on by itself names nobody. */
export function movedText({ by, since }: { by: string; since: string }, now: number): string {
  return [by === '系统' ? '' : by, momentText(since, now)].filter(Boolean).join('，')
}

/** What somebody is asked as, and by when they may say it. */
export function askedText(
  { role, due_at }: { role: string; due_at: string | null },
  whose: string,
  now: number,
): string {
  const who = whose || '您'
  const as = role === 'helped' ? `上面写的是帮了${who}。` : `上面写着${who}看见了。`
  return `${as}请${due_at ? byText(due_at, now) : ''}说一说；不说也没有关系。`
}

/** 12月1日（星期二）上午，3号楼201 */
export function whenAndWhere(
  deed: { occurred_on: string; slot: string; building: string; place: string },
  now: number,
): string {
  const when = `${dayText(deed.occurred_on, now)}${SLOT_WORDS[deed.slot] ?? ''}`
  return [when, `${deed.building}${deed.place}`].filter(Boolean).join('，')
}

/** Of a board line: until when one may say no; empty once that is over. */
export function boardUntil({ until }: { until: string | null }, now: number): string {
  return until && Date.parse(until) > now ? `有异议的，${byText(until, now)}提` : ''
}

export function wordOnDeed(
  id: string,
  {
    stance,
    related,
    note,
    forWhom = '',
  }: { stance: string; related: string; note: string; forWhom?: string },
): Omit<Step, 'key'> {
  return actingFor(
    {
      method: 'post',
      path: `/api/v1/virtue-bank/deeds/${id}/confirmations`,
      body: { stance, unrelated: related !== 'yes', note: note.trim() },
    },
    forWhom,
  )
}

function pointsOf({ own_points, points }: Standing): number {
  return own_points ?? points ?? 0
}

/** How many points of a deed that is credited are not: another's were not to wait for them. */
function waitsFor(deed: Standing): number {
  if (deed.state !== 'credited' || deed.own_credited === undefined) return 0
  return pointsOf(deed) - deed.own_credited
}

/** Whether it is still to be credited though its days on the board are over. */
function hasHung({ state, display_until }: Standing, now: number): boolean {
  return state === 'publicity' && display_until !== null && Date.parse(display_until) <= now
}

function hung(deed: Standing): string {
  const { awaits_unfreezing: waits, own_credited: done } = deed
  if (done) {
    const rest = waitsFor(deed)
    return `${done}分已经入账，还有${rest}分${waits ? '等账户解冻后入账' : '没有入账'}`
  }
  return waits ? '公示已结束，{points}分等账户解冻后入账' : '公示已结束，{points}分等着入账'
}

function isLate({ due_at }: Pick<Standing, 'due_at'>, now: number): boolean {
  return due_at !== null && daysLate(due_at, now) > 0
}
