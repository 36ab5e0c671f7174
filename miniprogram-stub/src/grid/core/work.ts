/** 待办: what waits for a grid worker, the nearest day first; nothing is counted or ranked. */
import { RELATIONS, TENURES, type Choice } from './acts'
import { byText, dayOf, daysBetween, daysLate, lastDay, lateText } from '../../core/dates'
import type { Tone } from '../../core/matters'

const END_OF_DAY = 'T16:00:00Z' // midnight in Shanghai: the first moment that is too late

interface Matter {
  id: string
  title: string
  status: string
  place: string
  due_at: string | null
  mine: boolean
}

interface Claim {
  id?: string
  person?: string | null
  address?: string
  due_on?: string
  relation?: string
  tenure?: string
  note?: string
  state?: string
}

interface Task {
  id: string
  title: string
  proposal_id: string
  proposal_title: string
  due_on: string
}

interface WaitingDeed {
  id: string
  item: string
  state: string
  building: string
  due_at: string | null
}

/** A grid, who serves it, and what lies in it. */
export interface GridNode {
  workers?: { resident_id?: string }[]
  buildings?: { id?: string; name?: string }[]
  grids?: GridNode[]
}

export interface Job {
  id: string
  /** What is to be done. */
  what: string
  title: string
  more: string
  dueAt: string | null
  url: string
}

const WHAT: Record<string, string> = {
  draft: '还没交上去',
  returned: '要补充',
  submitted: '要受理',
  inquiring: '要问事',
  guided: '要告诉找谁办',
}

export function jobsOf(
  matters: readonly Matter[],
  claims: readonly Claim[],
  tasks: readonly Task[],
  deeds: readonly WaitingDeed[] = [],
): Job[] {
  const jobs = [
    ...matters.map(ofMatter),
    ...claims.map(claimJob),
    ...tasks.map(ofTask),
    ...deeds.map(ofDeed),
  ]
  return jobs.sort((one, other) => timeOf(one) - timeOf(other))
}

/** The buildings of the grids this worker serves, and of the grids below them. */
export function buildingsServed(
  grids: readonly GridNode[],
  me: string,
  isServed = false,
): { id?: string; name?: string }[] {
  return grids.flatMap(({ workers = [], buildings = [], grids: below = [] }) => {
    const here = isServed || workers.some(({ resident_id }) => resident_id === me)
    return [...(here ? buildings : []), ...buildingsServed(below, me, here)]
  })
}

/** 12月3日前办，or how late it is. */
export function dueWords({ dueAt }: Pick<Job, 'dueAt'>, now: number): string {
  if (!dueAt) return ''
  return daysLate(dueAt, now) > 0 ? lateText(dueAt, now) : `${byText(dueAt, now)}办`
}

/** 要受理，12月3日前办 */
export function jobWords(
  { status, due_at }: Pick<Matter, 'status' | 'due_at'>,
  now: number,
): string {
  return [WHAT[status], dueWords({ dueAt: due_at }, now)].filter(Boolean).join('，')
}

export function dueTone({ dueAt }: Pick<Job, 'dueAt'>, now: number): Tone {
  if (!dueAt) return 'going'
  if (daysLate(dueAt, now) > 0) return 'late'
  return daysBetween(dayOf(now), lastDay(dueAt)) <= 1 ? 'soon' : 'going'
}

function ofMatter({ id, title, status, place, due_at, mine }: Matter): Job {
  const isWriting = status === 'draft' || status === 'returned'
  return {
    id,
    what: WHAT[status] ?? '',
    title,
    more: isWriting && !mine ? '替居民写的' : place,
    dueAt: due_at,
    url: `/grid/matter?id=${id}`,
  }
}

export function claimJob({ id = '', person, address = '', due_on }: Claim): Job {
  return {
    id,
    what: '要核实住处',
    title: `${person || '一位居民'}，${address}`,
    more: '',
    dueAt: due_on ? due_on + END_OF_DAY : null,
    url: `/grid/check?id=${id}`,
  }
}

/** What the person says of their home. */
export function claimWords({ relation = '', tenure = '', note = '', state = '' }: Claim): string[] {
  return [
    `本人说：${labelOf(RELATIONS, relation)}，${labelOf(TENURES, tenure)}`,
    note && `留言：${note}`,
    state === 'appealed' ? '上次没通过，本人申诉了，由居委会委员办理' : '',
  ].filter(Boolean)
}

function labelOf(choices: readonly Choice[], value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? ''
}

function ofTask({ id, title, proposal_title, due_on }: Task): Job {
  return {
    id,
    what: '要办好',
    title,
    more: proposal_title,
    dueAt: due_on + END_OF_DAY,
    url: actUrl('update_task', { id, title }),
  }
}

function ofDeed({ id, item, state, building, due_at }: WaitingDeed): Job {
  return {
    id,
    what: state === 'second_review' ? '善行要复核' : '善行要审核',
    title: item,
    more: building,
    dueAt: due_at,
    url: `/grid/deed?id=${id}`,
  }
}

function timeOf({ dueAt }: Job): number {
  return dueAt ? Date.parse(dueAt) : Infinity
}

export function actUrl(
  act: string,
  { id, title, version }: { id: string; title: string; version?: number },
): string {
  const seen = version === undefined ? '' : `&version=${version}`
  return `/grid/act?act=${act}&id=${id}${seen}&title=${encodeURIComponent(title)}`
}

/** Somebody nobody has registered yet. */
export const REGISTER_URL = actUrl('register', { id: 'new', title: '' })
