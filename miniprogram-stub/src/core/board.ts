/** 公开栏: how long a notice hangs, until when one may object, what it says beside its text. */
import { text } from './case'
import { dayOf, dayText, lastDay } from './dates'
import type { Tone } from './matters'

export interface Hung {
  state: string
  online_at: string | null
  board_posted_at: string | null
  until_at: string | null
  withdrawn_at: string | null
  objection_until_on?: unknown
}

export interface Part {
  title: string
  lines: string[]
}

/** 11月18日（星期三）到12月3日（星期四） */
export function hangsText(hung: Hung, now: number): string {
  const { online_at, board_posted_at, until_at, withdrawn_at } = hung
  if (withdrawn_at) return `${dayText(dayOf(Date.parse(withdrawn_at)), now)}撤回`
  const began = [online_at, board_posted_at].filter(Boolean).sort().pop()
  if (!began) return ''
  const from = dayText(dayOf(Date.parse(began)), now)
  return until_at ? `${from}到${dayText(lastDay(until_at), now)}` : `${from}起，等着贴到公开栏`
}

export function hangWord({ state, until_at, withdrawn_at }: Hung, now: number): [string, Tone] {
  if (withdrawn_at) return ['撤回了', 'stopped']
  if (state === 'ended' || (until_at && Date.parse(until_at) <= now)) return ['公示期满', 'done']
  return ['正在公示', 'going']
}

/** Until when one may say no; the day itself included. */
export function objectionText({ objection_until_on }: Hung, now: number): string {
  const until = text(objection_until_on)
  if (!until) return ''
  return until < dayOf(now)
    ? `提异议的日子到${dayText(until, now)}，已经过了`
    : `提异议到${dayText(until, now)}`
}

export function mayStillObject({ objection_until_on }: Hung, now: number): boolean {
  return text(objection_until_on) >= dayOf(now)
}

const GROUNDS: Record<string, string> = { privacy: '写到了个人的事', illegal: '内容不合法' }

export function groundText(ground: string | null): string {
  return GROUNDS[ground ?? ''] ?? ''
}

const LINES: [field: string, title: string][] = [
  ['body', '当初说的是什么'],
  ['decision', '决定'],
  ['leftovers', '还没办完的'],
  ['result_sentence', '怎么算通过的'],
  ['place', '地方'],
  ['contact', '联系电话'],
  ['period', '时间'],
]

/** What the notice says in parts; nothing that its text already says. */
export function partsOf(fields: unknown, plainText: string, now: number): Part[] {
  const known = asRecord(fields)
  const day = (value: unknown) => (text(value) ? dayText(text(value), now) : '')
  const parts: Part[] = [
    { title: '哪一天', lines: [day(known.held_on)] },
    ...LINES.map(([field, title]) => ({ title, lines: [text(known[field])] })),
    {
      title: '各方怎么说',
      lines: records(known.positions).map((one) => {
        return `${text(one.party)}${text(one.stance)}：${text(one.text)}`
      }),
    },
    { title: '不同意见', lines: records(known.dissent).map(({ text: said }) => text(said)) },
    {
      title: '谁来办',
      lines: records(known.tasks).map((task) => {
        const due = task.due_on ? `${day(task.due_on)}前` : ''
        return [text(task.title), text(task.party), due, money(task)].filter(Boolean).join('，')
      }),
    },
    { title: '部门的答复', lines: records(known.replies).map(reply) },
    { title: '大家评得怎么样', lines: [text(asRecord(known.appraisal).text)] },
    { title: '花了多少', lines: [yuan(known.spending_fen)] },
    { title: '清单', lines: records(known.items).map(({ title }) => text(title)) },
  ]
  return parts
    .map(({ title, lines }) => ({
      title,
      lines: lines.filter((line) => line && !plainText.includes(line)),
    }))
    .filter(({ lines }) => lines.length)
}

function reply({ department, text: said }: Record<string, unknown>): string {
  return `${text(department)}：${text(said)}`
}

function money({ budget_fen, spent_fen }: Record<string, unknown>): string {
  if (typeof spent_fen === 'number') return `花了${yuan(spent_fen)}`
  return typeof budget_fen === 'number' ? `预算${yuan(budget_fen)}` : ''
}

function yuan(fen: unknown): string {
  return typeof fen === 'number' ? `${fen / 100}元` : ''
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A single one is a list of one. */
function records(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.map(asRecord)
  return typeof value === 'object' && value !== null ? [asRecord(value)] : []
}
