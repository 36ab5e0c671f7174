/** What the page of one matter shows: the five steps, and what was said of it on the way. */
import { byText, dayOf, dayText, lastDay } from './dates'

export interface Stretch {
  name: string
  state: 'done' | 'current' | 'ahead' | 'skipped'
  lines: string[]
}

interface Told {
  step: string
  state: string
  visits: readonly { label: string; since: string; by: string }[]
}

export interface Action {
  action: string
  label: string
  allowed: boolean
  reason: string
}

export interface Explanation {
  title: string
  lines: string[]
}

/** The parts of a matter the backend hands on as they are in its books. */
export interface Books {
  class_label: string | null
  triage: Record<string, unknown> | null
  referral: Record<string, unknown> | null
  resolution: Record<string, unknown> | null
  tasks: readonly Record<string, unknown>[]
  bulletins: readonly Record<string, unknown>[]
  objections: readonly Record<string, unknown>[]
}

export const PARTIES: Record<string, string> = {
  party_org: '社区党组织',
  residents_committee: '居委会',
  owners_committee: '业委会',
  property_company: '物业',
  supervision: '监督委员会',
  street: '街道',
  department: '上级部门',
  organisation: '社会组织',
  representative: '居民代表',
  resident: '居民',
  expert: '专业人士',
  deputy: '代表委员',
}
export const OUTCOMES: Record<string, string> = {
  agreed: '商量成了',
  not_agreed: '没有商量成',
  quorum_failed: '人数不够，没有商量成',
  shelved: '先放一放',
}
export const BULLETINS: Record<string, string> = { result: '商量的结果', implementation: '办的结果' }
const OBJECTIONS: Record<string, string> = {
  rejection: '对没有受理的申诉',
  triage: '对分到哪一类的意见',
  publication: '对公示的异议',
}
const DECISIONS: Record<string, string> = { upheld: '有道理，重新办', refused: '维持原来的决定' }

export function actionsOf(actions: readonly Action[], wanted: string): Action | undefined {
  return actions.find(({ action }) => action === wanted)
}

export function stretchesOf(timeline: readonly Told[], now: number): Stretch[] {
  return timeline.map(({ step, state, visits }) => ({
    name: step,
    state: state as Stretch['state'],
    lines: visits.map(({ label, since, by }) => {
      const who = by && by !== '系统' ? `（${by}）` : ''
      return `${dayText(dayOf(Date.parse(since)), now)}${label}${who}`
    }),
  }))
}

export function explanations(matter: Books, now: number): Explanation[] {
  return [
    triaged(matter),
    referred(matter, now),
    resolved(matter),
    worked(matter, now),
    published(matter, now),
    ...objected(matter, now),
  ].filter((each): each is Explanation => each !== null)
}

function triaged({ triage, class_label }: Books): Explanation | null {
  if (!triage) return null
  return { title: `分作${class_label ?? ''}`, lines: lines(triage.reason) }
}

function referred({ referral }: Books, now: number): Explanation | null {
  if (!referral) return null
  const due = referral.due_on ? `说好${dayText(text(referral.due_on), now)}前答复` : ''
  const replied = referral.reply ? `答复：${text(referral.reply)}` : due
  return { title: `转给了${text(referral.department)}`, lines: lines(replied) }
}

function resolved({ resolution }: Books): Explanation | null {
  if (!resolution) return null
  const dissent = resolution.dissent ? `不同意见：${text(resolution.dissent)}` : ''
  return {
    title: OUTCOMES[text(resolution.outcome)] ?? '商量的结果',
    lines: lines(resolution.text, withoutSums(text(resolution.result_sentence)), dissent),
  }
}

/** The public notice has the sums that let everyone recompute it; here the words are enough. */
export function withoutSums(sentence: string): string {
  return sentence.replace(/[，；]?\d+×\d+=\d+ ?[≥≤<>] ?\d+×\d+=\d+/g, '')
}

function worked({ tasks }: Books, now: number): Explanation | null {
  if (!tasks.length) return null
  return {
    title: '谁来办',
    lines: tasks.map((task) => {
      const who = PARTIES[text(task.party)] ?? ''
      const when =
        task.state === 'done' ? '办好了' : `${dayText(text(task.due_on), now)}前办好`
      return [text(task.title), who, when].filter(Boolean).join('，')
    }),
  }
}

function published({ bulletins }: Books, now: number): Explanation | null {
  if (!bulletins.length) return null
  return {
    title: '公示',
    lines: bulletins.map(({ kind, number, until_at }) => {
      const what = BULLETINS[text(kind)] ?? '公示'
      const until = until_at ? `公示到${dayText(lastDay(text(until_at)), now)}` : '等着上墙'
      return `${what}，${until}，编号 ${text(number)}`
    }),
  }
}

function objected({ objections }: Books, now: number): Explanation[] {
  return objections.map((objection) => ({
    title: OBJECTIONS[text(objection.target)] ?? '意见',
    lines: lines(
      objection.text,
      objection.decision
        ? `${DECISIONS[text(objection.decision)] ?? ''}：${text(objection.reply)}`
        : `${byText(text(objection.due_at), now)}答复`,
    ),
  }))
}

function lines(...all: unknown[]): string[] {
  return all.map(text).filter(Boolean)
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
