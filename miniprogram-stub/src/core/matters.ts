/** A matter in plain words: who does what by when, and what its badge says. */
import { byText, dayOf, dayText, daysBetween, daysLate, lastDay, lateText } from './dates'

export type Tone = 'going' | 'soon' | 'late' | 'done' | 'mine' | 'stopped'

export interface Standing {
  status: string
  owner: string | null
  due_at: string | null
  closed_as: string | null
}

const ENDED = ['closed', 'rejected', 'withdrawn', 'lapsed']
const WAITS_FOR_AUTHOR = ['draft', 'returned']
const SOON_DAYS = 1
const ASSIGNEE = '承办人'

/** What happens next, with {by} for the day and {owner} for who it waits for. */
const NEXT: Record<string, string> = {
  draft: '还没有交上去，请您{by}交上来',
  submitted: '{owner}{by}回您',
  returned: '要补充一点，请您{by}补好再交',
  inquiring: '{owner}{by}核实清楚',
  referred: '已转给上级部门，{by}答复',
  guided: '{owner}{by}告诉您找谁办',
  queued: '等着排上议事会，{by}定下日子',
  scheduled: '已排上议事会',
  deliberating: '正在议事会上商量',
  adjourned: '上次人没到齐，{by}重新定日子',
  resolved: '商量好了，会议记录{by}签字',
  publicized: '商量的结果正在公示',
  acting: '正在办，{by}办好',
  inspecting: '办好了，{owner}{by}验收',
  appraising: '请参加过的人{by}评一评办得好不好',
  outcome_publicized: '办的结果正在公示',
  rejected: '这次没有受理，原因写在里面',
  withdrawn: '您已经收回',
  lapsed: '过了补充的日子，没有再交',
}
const CLOSED: Record<string, string> = {
  satisfied: '办完了，大家评为满意',
  unsatisfied: '办完了，大家评为不满意',
  appraisal_insufficient: '办完了，参加评事的人太少',
  not_agreed: '没有商量成，可以再提',
  quorum_failed: '人数不够，没有商量成',
  shelved: '先放一放，原因已公开',
  guided: '已告诉您找谁办',
  no_matter: '核实后没有这件事',
}
const HOLDS_NO_CLOCK = ['publicized', 'outcome_publicized', 'scheduled', 'deliberating']

export function isOpen({ status }: Pick<Standing, 'status'>): boolean {
  return !ENDED.includes(status)
}

export function isWithAuthor({ status }: Pick<Standing, 'status'>): boolean {
  return WAITS_FOR_AUTHOR.includes(status)
}

/** Who it waits for, by name where somebody was named. */
export function ownerOf({ owner, assignee }: { owner: string | null; assignee?: string | null }) {
  return owner === ASSIGNEE && assignee ? `${owner}${assignee}` : owner
}

/** 「网格员12月3日前回您」, or how late it is. */
export function nextSentence(matter: Standing, now: number): string {
  if (matter.status === 'closed') return CLOSED[matter.closed_as ?? ''] ?? '办完了'
  const words = NEXT[matter.status] ?? ''
  if (words.includes('{by}') && isLate(matter, now)) {
    return `${matter.owner ?? ''}${lateText(matter.due_at!, now)}`
  }
  return words
    .replace('{owner}', matter.owner ?? '')
    .replace('{by}', matter.due_at ? byText(matter.due_at, now) : '')
}

export function toneOf(matter: Standing, now: number): Tone {
  if (matter.status === 'closed') return 'done'
  if (!isOpen(matter)) return 'stopped'
  if (isWithAuthor(matter)) return 'mine'
  if (!matter.due_at || HOLDS_NO_CLOCK.includes(matter.status)) return 'going'
  if (isLate(matter, now)) return 'late'
  return daysBetween(dayOf(now), dayOf(Date.parse(matter.due_at) - 1)) <= SOON_DAYS
    ? 'soon'
    : 'going'
}

/** The badge's word: the step it is in; that it is late comes before that. */
export function badgeWord(label: string, tone: Tone): string {
  if (tone === 'late') return `${label}，晚了`
  return tone === 'soon' ? `${label}，快到日子` : label
}

/** 2026-heping-0138 is said as 0138; on paper and on this page the whole stands below. */
export function shortNumber(serialNo: string): string {
  return serialNo.slice(serialNo.lastIndexOf('-') + 1)
}

/** 事项 2026-heping-0012 已受理 → 事项 0012 已受理: the year and the place say nothing here. */
export function withShortNumbers(words: string): string {
  return words.replace(/\b\d{4}-[a-z\d]+-(?=\d{4})/g, '')
}

export interface Clock {
  name: string
  says: string
}

/** Three clocks: how long it has been going, what this step has, what the board has. */
export function clocks(
  matter: Standing & {
    submitted_at: string | null
    bulletins?: readonly { until_at?: string | null }[]
  },
  now: number,
): Clock[] {
  const shown: Clock[] = []
  if (matter.submitted_at) {
    const since = dayOf(Date.parse(matter.submitted_at))
    const days = daysBetween(since, dayOf(now))
    const passed = isOpen(matter) ? (days ? `，到今天${days}天` : '，今天') : ''
    shown.push({ name: '说事', says: `${dayText(since, now)}${passed}` })
  }
  if (matter.due_at && isOpen(matter) && !HOLDS_NO_CLOCK.includes(matter.status)) {
    const late = isLate(matter, now) ? lateText(matter.due_at, now) : byText(matter.due_at, now)
    shown.push({ name: '这一步', says: late })
  }
  const until = matter.bulletins?.map(({ until_at }) => until_at).filter(Boolean).pop()
  if (until) shown.push({ name: '公示到', says: dayText(lastDay(until), now) })
  return shown
}

function isLate(matter: Standing, now: number): boolean {
  return matter.due_at !== null && daysLate(matter.due_at, now) > 0
}
