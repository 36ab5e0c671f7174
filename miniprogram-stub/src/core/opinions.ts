/** 意见征集: what somebody thinks of a statement, and what all think. */
import { dayText, lastDay } from './dates'

export const VOTES = [
  { value: 1, label: '同意' },
  { value: -1, label: '不同意' },
  { value: 0, label: '跳过' },
] as const

export function voteText(value: number | null): string {
  return VOTES.find((vote) => vote.value === value)?.label ?? ''
}

export interface Statement {
  id: string
  no: number
  text: string
  my_vote: number | null
  is_mine: boolean
  moderation: string
}

interface Tally {
  statement_id: string
  no: number
  agree: number
  disagree: number
  passed: number
}

export interface Bar {
  label: string
  count: number
  /** Of all who said something, in percent. */
  share: number
}

export function barsOf({ agree, disagree, passed }: Omit<Tally, 'statement_id' | 'no'>): Bar[] {
  const all = agree + disagree + passed
  return [
    { label: '同意', count: agree },
    { label: '不同意', count: disagree },
    { label: '跳过', count: passed },
  ].map((bar) => ({ ...bar, share: all ? Math.round((bar.count / all) * 100) : 0 }))
}

/** Without network the server cannot choose: what is known here and not answered yet. */
export function nextKnown<T extends Statement>(
  statements: readonly T[],
  answered: ReadonlySet<string>,
): T | null {
  const open = statements.filter((one) => isOpen(one, answered))
  return open[open.length - 1] ?? null
}

export function isOpen(one: Statement, answered: ReadonlySet<string>): boolean {
  const { id, my_vote, is_mine, moderation } = one
  return my_vote === null && !is_mine && moderation === 'accepted' && !answered.has(id)
}

export interface Counted extends Tally {
  text: string
  mine: number | null
}

/** Counts beside the words they are about, as the statements were numbered. */
export function countedOf(tallies: readonly Tally[], statements: readonly Statement[]): Counted[] {
  const known = new Map(statements.map((one) => [one.id, one]))
  return tallies
    .flatMap((tally) => {
      const statement = known.get(tally.statement_id)
      return statement ? [{ ...tally, text: statement.text, mine: statement.my_vote }] : []
    })
    .sort((one, other) => one.no - other.no)
}

export function untilText(
  { state, closes_at }: { state: string; closes_at: string | null },
  now: number,
): string {
  if (state === 'closed') return '征集结束了，下面是大家的看法。'
  return closes_at ? `征集到${dayText(lastDay(closes_at), now)}，没结束前都可以改。` : '没结束前都可以改。'
}

const STANDINGS: Record<string, string> = {
  accepted: '邻居已经能看到，能对它表态了。',
  pending: '网格员看过以后，邻居就能对它表态，结果会告诉您。',
}

export function writtenText({ no, moderation }: Record<string, unknown>): string {
  return `收到了，第${no}条。${STANDINGS[String(moderation)] ?? ''}`
}
