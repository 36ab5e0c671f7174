/** 投诉建议 and 举报: what is asked, where one's own stands, what the person may say of an answer. */
import { byText, daysLate, lateText } from './dates'
import type { Tone } from './matters'
import type { Step } from './outbox'
import { missingWords } from './saying'

export type Kind = 'complaint' | 'suggestion' | 'report'

export interface Complaining {
  kind: Kind | ''
  text: string
  /** Whom of the staff it is about; empty: nobody. */
  about: string
  /** Of a report: which content, and what is wrong with it. */
  subject: string
  id: string
  reason: string
}

export interface Standing {
  state: string
  due_at: string | null
  closed_as: string | null
}

export const MOST_WORDS = 1000
export const MOST_SAID = 500
export const KINDS = [
  { value: 'complaint', label: '投诉', hint: '事情没办好，或者对人不满意' },
  { value: 'suggestion', label: '建议', hint: '怎样能更好' },
]
export const REASONS = [
  { value: 'privacy', label: '露了别人的隐私', hint: '姓名、电话、门牌' },
  { value: 'abuse', label: '骂人', hint: '' },
  { value: 'untrue', label: '不是真的', hint: '' },
  { value: 'advertisement', label: '广告', hint: '' },
  { value: 'fraud', label: '骗人的', hint: '' },
  { value: 'pornography', label: '色情低俗', hint: '' },
  { value: 'crime', label: '违法的', hint: '' },
  { value: 'other', label: '别的', hint: '' },
]
/** Content that can be reported, as a sentence names it. */
const SUBJECTS: Record<string, string> = {
  proposal: '这件事的内容',
  statement: '这条看法',
  bulletin: '这份公示',
}
const STATES: Record<string, string> = {
  received: '收到了，居委会{by}受理',
  accepted: '正在办，{by}答复您',
  answered: '有答复了，请看看满意不满意',
}
const ENDS: Record<string, string> = {
  satisfied: '办完了，您说满意',
  unsatisfied: '办完了，您说不满意。可以再向街道反映',
  unreachable: '打了两次电话没找到您，先办完了。不满意可以再办一次',
}

export function emptyComplaining(): Complaining {
  return { kind: '', text: '', about: '', subject: '', id: '', reason: '' }
}

/** Opened from some content it is a report of that; else the person chooses. */
export function complainingOf(query: Record<string, string | undefined>): Partial<Complaining> {
  const { subject = '', id = '' } = query
  return subject in SUBJECTS && id ? { kind: 'report', subject, id } : {}
}

/** Where the form to report some content is. */
export function reportUrl(subject: string, id: string): string {
  return `/account/complain?subject=${subject}&id=${id}`
}

export function subjectText(subject: string): string {
  return SUBJECTS[subject] ?? ''
}

export function missingAnswers(form: Complaining): Partial<Record<'kind' | 'reason' | 'text', string>> {
  const missing: Partial<Record<'kind' | 'reason' | 'text', string>> = {}
  if (!form.kind) missing.kind = '请选一样'
  if (form.kind === 'report' && !form.reason) missing.reason = '请选一样，不确定就选“别的”'
  const words = missingWords(form.text)
  if (words) missing.text = words
  return missing
}

export function filing(form: Complaining): Omit<Step, 'key'> {
  const { kind, text } = form
  const body =
    kind === 'report'
      ? { kind, text, subject_type: form.subject, subject_id: form.id, reason_code: form.reason }
      : { kind, text, about_id: form.about || null }
  return { method: 'post', path: '/api/v1/complaints', body }
}

export function verdict(id: string, satisfied: boolean, note: string): Omit<Step, 'key'> {
  return { method: 'post', path: `/api/v1/me/complaints/${id}/verdict`, body: { satisfied, note } }
}

/** 「正在办，12月3日前答复您」, or how late it is. */
export function standingText({ state, due_at, closed_as }: Standing, now: number): string {
  if (state === 'closed') return ENDS[closed_as ?? ''] ?? '办完了'
  if (state !== 'answered' && due_at && daysLate(due_at, now)) {
    return `${lateText(due_at, now)}，已告诉监督委员会`
  }
  return (STATES[state] ?? '').replace('{by}', due_at ? byText(due_at, now) : '')
}

/** The badge beside it. */
export function standingWord({ state, due_at }: Standing, now: number): [string, Tone] {
  if (state === 'closed') return ['办完了', 'done']
  if (state === 'answered') return ['等您说', 'mine']
  if (due_at && daysLate(due_at, now)) return ['晚了', 'late']
  return [state === 'received' ? '收到了' : '正在办', 'going']
}

/** 「投诉：第一句话」, to tell one's own apart. */
export function firstWords(text: string): string {
  const characters = [...(text.split('\n')[0] ?? '')]
  return characters.length > 24 ? `${characters.slice(0, 24).join('')}…` : characters.join('')
}

interface Holder {
  person_id?: string | null
  name?: string
  title?: string
}

/** Whom of those who serve one's home it may be about; each once, nobody first. */
export function peopleOf(homes: readonly { cards?: { holders?: Holder[] }[] }[]) {
  const found = new Map<string, string>()
  for (const { holders } of homes.flatMap(({ cards }) => cards ?? [])) {
    for (const { person_id, name, title } of holders ?? []) {
      if (person_id && !found.has(person_id)) found.set(person_id, `${title ?? ''} ${name ?? ''}`.trim())
    }
  }
  const people = [...found].map(([value, label]) => ({ value, label }))
  return people.length ? [{ value: '', label: '没有，或不知道是谁' }, ...people] : []
}
