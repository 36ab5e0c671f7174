/** Saying no to something about points: an objection, a complaint, an appeal, an answer. */
import { byText } from '../../core/dates'
import type { Step } from '../../core/outbox'

export type Act =
  | 'object'
  | 'complain'
  | 'appeal'
  | 'answer'
  | 'appeal_reversal'
  | 'appeal_freezing'
  | 'object_honour'
  | 'appeal_thanks'

interface Said {
  title: string
  question: string
  hint: string
  follows: string
  /** Where it is sent, with {id}. */
  path: string
  /** What the server calls the words. */
  field: 'reason' | 'text'
}

const BANK = '/api/v1/virtue-bank'
export const SAYINGS: Record<Act, Said> = {
  object: {
    title: '提异议',
    question: '您觉得哪里不对',
    hint: '说得越具体越好。每个人对一件善行提一次。',
    follows: '居委会里与这件事没有关系的人来核实。您是谁，只有办理的人知道。',
    path: `${BANK}/deeds/{id}/objections`,
    field: 'reason',
  },
  complain: {
    title: '申诉',
    question: '为什么应该通过',
    hint: '把没说清的说一说。每件善行申诉一次。',
    follows: '监督委员会来看，不是原来审核的人。',
    path: `${BANK}/deeds/{id}/complaint`,
    field: 'reason',
  },
  appeal: {
    title: '申诉',
    question: '为什么不同意这个答复',
    hint: '有什么没有核实到的，请写出来。只能申诉一次。',
    follows: '监督委员会作最后的决定。',
    path: `${BANK}/deed-objections/{id}/appeal`,
    field: 'reason',
  },
  answer: {
    title: '说明情况',
    question: '您怎么看',
    hint: '这些积分是怎么来的，谁可以证明。',
    follows: '居委会看过您的说明，再由另一个人决定收不收回。',
    path: `${BANK}/reversal-requests/{id}/answer`,
    field: 'text',
  },
  appeal_reversal: {
    title: '申诉',
    question: '为什么不该收回',
    hint: '有什么没有核实到的，请写出来。只能申诉一次。',
    follows: '监督委员会来看。有道理，积分补还给您。',
    path: `${BANK}/reversal-requests/{id}/appeal`,
    field: 'text',
  },
  appeal_freezing: {
    title: '申诉',
    question: '为什么不该冻结',
    hint: '有什么没有核实到的，请写出来。只能申诉一次。',
    follows: '监督委员会里没有参与的人来看。有道理，账户马上解冻。',
    path: `${BANK}/freezing-requests/{id}/appeal`,
    field: 'text',
  },
  object_honour: {
    title: '提异议',
    question: '您觉得哪里不对',
    hint: '说得越具体越好。每个人对一位提一次。',
    follows: '居委会里与这件事没有关系的人来核实。您是谁，只有办理的人知道。',
    path: `${BANK}/nominations/{id}/objections`,
    field: 'text',
  },
  appeal_thanks: {
    title: '申诉',
    question: '为什么不同意这个答复',
    hint: '有什么没有核实到的，请写出来。只能申诉一次。',
    follows: '监督委员会作最后的决定。',
    path: `${BANK}/thanks-objections/{id}/appeal`,
    field: 'text',
  },
}
export const MOST_SAID = 500
const LEAST_SAID = 5

export function isAct(name: string): name is Act {
  return name in SAYINGS
}

export function missingReason(text: string): string {
  return [...text.trim()].length >= LEAST_SAID ? '' : '请写几句，至少五个字'
}

export function saying(act: Act, id: string, text: string): Omit<Step, 'key'> {
  const { path, field } = SAYINGS[act]
  return { method: 'post', path: path.replace('{id}', id), body: { [field]: text.trim() } }
}

export function sayUrl(act: Act, id: string, title: string): string {
  return `/points/appeal?act=${act}&id=${id}&title=${encodeURIComponent(title)}`
}

export interface Objection {
  kind: string
  state: string
  state_label: string
  outcome: string | null
  reason: string
  judged_reason: string
  due_at: string | null
}


/** Where an objection or a complaint stands, and who answers by when. */
export function objectionSentence(one: Objection, now: number): string {
  const { kind, state, state_label, due_at } = one
  if (state !== 'open' && state !== 'appealed') return state_label
  const who = state === 'appealed' || kind === 'complaint' ? '监督委员会' : '居委会'
  return due_at ? `${who}${byText(due_at, now)}答复` : `等${who}答复`
}

/** The answer may still be appealed, by whoever it goes against. */
export function mayAppeal(
  { state, outcome, due_at }: Objection,
  side: 'claimant' | 'objector',
  now: number,
): boolean {
  const against = outcome === 'upheld' ? 'claimant' : 'objector'
  const isAnswered = state === 'upheld' || state === 'dismissed'
  return isAnswered && side === against && (due_at === null || Date.parse(due_at) > now)
}

export interface Reversal {
  state: string
  amount: number
  reason: string
  answer_until: string
  appeal_until: string | null
  due_at: string | null
}

const REVERSALS: Record<string, string> = {
  requested: '居委会要收回这{n}分，请您{by}说明情况',
  answered: '您说明了，居委会由另一个人{due}决定',
  unanswered: '过了说明的日子，居委会由另一个人{due}决定',
  confirmed: '收回了{n}分。不同意的，{appeal}向监督委员会申诉',
  dropped: '不收回了，积分还在',
  appealed: '您申诉了，监督委员会{due}答复',
  restored: '监督委员会认为您有道理，{n}分补还给您了',
  stands: '监督委员会认为收回是对的',
}

export function reversalSentence(one: Reversal, now: number): string {
  return (REVERSALS[one.state] ?? '')
    .replace('{n}', String(one.amount))
    .replace('{by}', byText(one.answer_until, now))
    .replace('{due}', one.due_at ? byText(one.due_at, now) : '')
    .replace('{appeal}', one.appeal_until ? byText(one.appeal_until, now) : '')
}

/** What the holder may say now; null: nothing. */
export function mayAnswer(one: Reversal, now: number): Act | null {
  if (one.state === 'requested') return 'answer'
  const isInTime = one.appeal_until !== null && Date.parse(one.appeal_until) > now
  return one.state === 'confirmed' && isInTime ? 'appeal_reversal' : null
}
