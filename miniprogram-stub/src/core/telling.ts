/** 我要说事: the questions, and how the answers become requests. */
import type { FromAnswer, Step } from './outbox'

export interface Telling {
  what: string
  category: string
  /** Empty: where I live. */
  buildingId: string
  place: string
  /** Who may read it: the neighbours without my name, or the committee alone. */
  seenBy: 'neighbours' | 'committee'
  /** What the person said of the similar matters shown to them; empty: none were shown. */
  similar: '' | 'different'
  /** A draft the server already has, with the version we know. */
  draft: { id: string; version: number } | null
}

export type Question = 'what' | 'category' | 'where' | 'similar' | 'seenBy'

export const QUESTIONS: readonly Question[] = ['what', 'category', 'where', 'similar', 'seenBy']
/** A draft the server has keeps its kind, its building and who reads it. */
const STILL_OPEN: readonly Question[] = ['what', 'where', 'similar']
export const MOST_WORDS = 2000
const LONGEST_TITLE = 30
const ENOUGH_TO_COMPARE = 6

export const CATEGORIES = [
  { value: 'facilities', label: '公共设施', hint: '路灯、电梯、水管、门禁' },
  { value: 'environment', label: '环境卫生', hint: '垃圾、绿化、积水' },
  { value: 'parking', label: '停车出行', hint: '车位、充电、道路' },
  { value: 'property', label: '物业服务', hint: '' },
  { value: 'safety', label: '安全消防', hint: '消防通道、飞线充电' },
  { value: 'noise', label: '太吵了', hint: '装修、广场舞、宠物' },
  { value: 'elderly', label: '老人的事', hint: '' },
  { value: 'children', label: '孩子的事', hint: '' },
  { value: 'culture', label: '活动和场地', hint: '' },
  { value: 'other', label: '别的事', hint: '' },
]

export function emptyTelling(): Telling {
  return {
    what: '',
    category: '',
    buildingId: '',
    place: '',
    seenBy: 'neighbours',
    similar: '',
    draft: null,
  }
}

/** What is asked, in this order; similar matters only where there are some. */
export function questionsOf({ draft }: Telling, hasSimilar: boolean): Question[] {
  return QUESTIONS.filter(
    (question) =>
      (!draft || STILL_OPEN.includes(question)) && (question !== 'similar' || hasSimilar),
  )
}

/** A draft, or what came back to be completed, opened again. */
export function tellingOf(matter: {
  id: string
  version: number
  body: string
  place: string
}): Telling {
  const { id, version, body, place } = matter
  return { ...emptyTelling(), what: body, place, draft: { id, version } }
}

/** The first sentence, so that nobody has to think of a title. */
export function titleOf(what: string): string {
  const first = what.trim().split(/[\n。！？!?；;]/)[0]!.trim()
  const characters = [...first]
  return characters.length > LONGEST_TITLE ? characters.slice(0, LONGEST_TITLE).join('') : first
}

export function isEnoughToCompare(what: string): boolean {
  return [...what.trim()].length >= ENOUGH_TO_COMPARE
}

/** What is still missing, by question; the server looks again. */
export function missingAnswers(telling: Telling): Partial<Record<Question, string>> {
  const missing: Partial<Record<Question, string>> = {}
  if (!/[\p{L}\p{N}]/u.test(telling.what)) missing.what = '请说一说是什么事'
  else if ([...telling.what].length > MOST_WORDS) missing.what = `请写在${MOST_WORDS}个字以内`
  if (!telling.category && !telling.draft) missing.category = '请选一样，不确定就选“别的事”'
  return missing
}

/** The question a field belongs to, of the form as of the server's refusal. */
export const QUESTION_OF: Record<string, Question> = {
  what: 'what',
  buildingId: 'where',
  seenBy: 'seenBy',
  similar: 'similar',
  title: 'what',
  body: 'what',
  category: 'category',
  building_id: 'where',
  place: 'where',
  display_name: 'seenBy',
  preclass: 'seenBy',
}

/** First a draft, then handing it in; a draft the server has is only changed. */
export function stepsOf(telling: Telling): Omit<Step, 'key'>[] {
  const words = { title: titleOf(telling.what), body: telling.what, place: telling.place }
  const version: FromAnswer = { $from: 'version' }
  const submission = {
    method: 'post' as const,
    path: '/api/v1/proposals/{id}/submission',
    body: { version, similar_answer: telling.similar || null },
  }
  const first = telling.draft
    ? {
        method: 'put' as const,
        path: `/api/v1/proposals/${telling.draft.id}`,
        body: { ...words, version: telling.draft.version },
      }
    : {
        method: 'post' as const,
        path: '/api/v1/proposals',
        body: {
          ...words,
          category: telling.category,
          building_id: telling.buildingId || null,
          preclass: telling.seenBy === 'committee' ? 'private' : null,
          display_name: 'anonymous',
        },
      }
  return [first, submission]
}
