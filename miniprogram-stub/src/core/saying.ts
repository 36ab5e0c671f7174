/** Telling the server in one's own words: no to a decision, once more, or not any more. */
import { byText } from './dates'
import type { Step } from './outbox'

export type Act = 'appeal' | 'contest' | 'object' | 'reopen' | 'withdraw'

interface Said {
  /** On the button that leads here. */
  offer: string
  title: string
  question: string
  hint: string
  /** What follows from it, before it is handed in. */
  follows: string
}

export const SAYINGS: Record<Act, Said> = {
  appeal: {
    offer: '没有受理，我要申诉',
    title: '申诉',
    question: '为什么应该受理',
    hint: '把没说清的说一说。只能申诉一次。',
    follows: '居委会主任和监督委员会一起看，不是原来经手的人。',
  },
  contest: {
    offer: '分得不对，我要申诉',
    title: '申诉',
    question: '为什么不该这样分',
    hint: '大事、小事、私事，您觉得该是哪一类，为什么。只能申诉一次。',
    follows: '居委会主任和监督委员会一起看。有道理，就换一个人重新核实。',
  },
  object: {
    offer: '提异议',
    title: '提异议',
    question: '您觉得哪里不对',
    hint: '说得越具体越好。每个人对一次公示提一次。',
    follows: '居委会主任和监督委员会一起看。有道理，就重新商量或者返工。',
  },
  reopen: {
    offer: '又出了问题，重新提出',
    title: '重新提出',
    question: '又有什么新情况',
    hint: '什么时候开始的，和办完时有什么不一样。',
    follows: '是您自己的事，马上重新核实；是邻居的事，满十位居民提出就重新核实。',
  },
  withdraw: {
    offer: '不用办了，收回',
    title: '收回这件事',
    question: '为什么收回',
    hint: '一句话就行，比如：已经修好了。',
    follows: '收回以后，这件事不再往下办。',
  },
}
/** What an objection is aimed at. */
const TARGETS: Partial<Record<Act, string>> = {
  appeal: 'rejection',
  contest: 'triage',
  object: 'publication',
}
export const MOST_SAID = 500

export function isAct(name: string): name is Act {
  return name in SAYINGS
}

export function missingWords(text: string): string {
  return /[\p{L}\p{N}]/u.test(text) ? '' : '请写几句，一句话也行'
}

export function saying(
  act: Act,
  matter: { id: string; version: number },
  text: string,
): Omit<Step, 'key'> {
  const at = `/api/v1/proposals/${matter.id}`
  const target = TARGETS[act]
  if (target) return { method: 'post', path: `${at}/objections`, body: { target, text } }
  const { version } = matter
  return act === 'reopen'
    ? { method: 'post', path: `${at}/reopening`, body: { version, facts: text } }
    : { method: 'post', path: `${at}/withdrawal`, body: { version, reason: text } }
}

interface Objection {
  target?: unknown
  mine?: unknown
  due_at?: unknown
  decided_at?: unknown
}

/** Said already, and the answer still to come. */
export function waitingText(act: Act, objections: readonly Objection[], now: number): string {
  const waits = objections.find(
    ({ target, mine, decided_at }) => mine && !decided_at && target === TARGETS[act],
  )
  return typeof waits?.due_at === 'string' ? `您已经提过了，${byText(waits.due_at, now)}答复您。` : ''
}

/** What the server's answer means: who does what by when. */
export function saidText(act: Act, answer: Record<string, unknown>, now: number): string {
  if (act === 'withdraw') return '收回了。这件事不再往下办。'
  const by = typeof answer.due_at === 'string' ? byText(answer.due_at, now) : ''
  if (act !== 'reopen') return `居委会主任和监督委员会一起看，${by}答复您。`
  return answer.status === 'closed'
    ? '记下了您的一份。满十位居民提出，就重新核实。'
    : `这件事重新核实，${by}给您说法。`
}
