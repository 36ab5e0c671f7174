/** 申报善行: the questions, and how the answers become requests. */
import type { Problem } from '../api/problems'
import { daysAfter, dayOf } from './dates'
import type { FromAnswer, Step } from './outbox'
import { actingFor } from './proxies'
import { missingWords } from './saying'

export interface Claiming {
  /** Whose deed it is, where a proxy writes; empty: one's own. */
  forWhom: string
  item: string
  /** A day as the server writes it, or `other`: then it stands in `dayWords`. */
  day: string
  dayWords: string
  slot: string
  /** Empty: where I live. */
  buildingId: string
  place: string
  story: string
  /** Whom it helped and who saw it, in one's own words. */
  helped: string
  helpedId: string
  witnesses: string[]
  /** Who acted with the claimant, as often as they. */
  alongside: string[]
  /** How those found by name are shown, by their ids. */
  known: Record<string, Known>
  /** How many times or hours; only where the sheet counts them. */
  units: string
  /** Pictures the server has already. */
  files: string[]
  display: string
  /** `person` or `family`; told only where the sheet leaves it open. */
  creditTo: string
  /** Others than the claimant, where a worker or the first claim named them. */
  shares: { acted_id: string; units: number }[]
  draft: { id: string; version: number } | null
}

/** A neighbour as others see them: half the name, and the building. */
export interface Known {
  name: string
  home: string
}

export interface SheetItem {
  id: string
  code: string
  title: string
  category: string
  points: number
  points_max: number
  unit: string
  confirmations: number
  needs_helped: boolean
  publicity_days: number
  claim_within_days: number
  credit_to: string
}

export type Question =
  | 'item'
  | 'day'
  | 'where'
  | 'story'
  | 'people'
  | 'witnesses'
  | 'together'
  | 'units'
  | 'photos'
  | 'credit'
  | 'display'
export type Missing = Partial<Record<Question, string>>

export const QUESTIONS: readonly Question[] = [
  'item',
  'day',
  'where',
  'story',
  'units',
  'people',
  'witnesses',
  'together',
  'photos',
  'credit',
  'display',
]
/** Asked after all that is needed; with these the rest may be left as it stands. */
export const MAY_BE_LEFT_OUT: readonly Question[] = [
  'witnesses',
  'together',
  'photos',
  'credit',
  'display',
]
/** Asked of whoever claims for themselves; a worker searches for people in one place. */
const BY_ONESELF: readonly Question[] = ['witnesses', 'together']
export const OTHER_DAY = 'other'
export const MOST_STORY = 500
export const MOST_HELPED = 100
export const MOST_PICTURES = 6
export const MOST_WITNESSES = 5
export const MOST_TOGETHER = 9
const LEAST_STORY = 5
const MOST_UNITS = 100
export const SLOTS = [
  { value: '', label: '记不清' },
  { value: 'morning', label: '上午' },
  { value: 'afternoon', label: '下午' },
  { value: 'evening', label: '晚上' },
]
const DAYS = ['今天', '昨天', '前天']
const DAY_WORDS = /^(?:(\d{4})[年\-/.])?(\d{1,2})[月\-/.](\d{1,2})[日号]?$/

export function emptyClaiming(): Claiming {
  return {
    forWhom: '',
    item: '',
    day: '',
    dayWords: '',
    slot: '',
    buildingId: '',
    place: '',
    story: '',
    helped: '',
    helpedId: '',
    witnesses: [],
    alongside: [],
    known: {},
    units: '1',
    files: [],
    display: 'masked',
    creditTo: 'person',
    shares: [],
    draft: null,
  }
}

/** A draft, or what came back to be completed, opened again. */
export function claimingOf(deed: {
  id: string
  row_version: number
  item_id: string
  occurred_on: string
  slot: string
  building_id: string | null
  place: string
  story: string
  display: string
  credit_to: string
  helped_id: string | null
  helped_note: string
  shares: readonly { acted_id: string; acted: string; units: number }[]
  asked: readonly { resident_id: string; role: string; name: string }[]
  files?: readonly string[]
}): Claiming {
  return {
    forWhom: '',
    item: deed.item_id,
    day: deed.occurred_on,
    dayWords: '',
    slot: deed.slot,
    buildingId: deed.building_id ?? '',
    place: deed.place,
    story: deed.story,
    helped: deed.helped_note,
    helpedId: deed.helped_id ?? '',
    witnesses: deed.asked
      .map(({ resident_id }) => resident_id)
      .filter((each) => each !== deed.helped_id),
    alongside: [],
    known: Object.fromEntries([
      ...deed.shares.map(({ acted_id, acted }) => [acted_id, { name: acted, home: '' }]),
      ...deed.asked.map(({ resident_id, name }) => [resident_id, { name, home: '' }]),
    ]) as Record<string, Known>,
    units: String(deed.shares[0]?.units ?? 1),
    files: [...(deed.files ?? [])],
    display: deed.display,
    creditTo: deed.credit_to,
    shares: deed.shares.map(({ acted_id, units }) => ({ acted_id, units })),
    draft: { id: deed.id, version: deed.row_version },
  }
}

/**
 * What is asked, in this order; how often only where the sheet counts it, and whose the points are
 * only where it leaves that open to somebody who has a family's account.
 */
export function questionsOf(
  item: SheetItem | null,
  { byOneself = false, hasFamily = true } = {},
): Question[] {
  return QUESTIONS.filter(
    (question) =>
      (question !== 'units' || (item && isCounted(item))) &&
      (question !== 'credit' || (hasFamily && item?.credit_to === 'choice')) &&
      (byOneself || !BY_ONESELF.includes(question)),
  )
}

export function isCounted(item: SheetItem): boolean {
  return item.points_max > item.points
}

/** 每次3分，一件最多9分 */
export function pointsText({ points, points_max, unit }: SheetItem): string {
  const each = `每${unit || '次'}${points}分`
  return points_max > points ? `${each}，一件最多${points_max}分` : each
}

/** The same item in another version of the sheet; empty: that one has none. */
export function sameItem(
  chosen: string,
  code: string | undefined,
  items: readonly Pick<SheetItem, 'id' | 'code'>[],
): string {
  if (items.some(({ id }) => id === chosen)) return chosen
  return items.find((each) => each.code === code)?.id ?? ''
}

/** Whether the deeds of that day are ruled by another version. */
export function isOfAnotherSheet(
  { from, ends_on }: { from: string | null; ends_on: string | null },
  day: string,
): boolean {
  return Boolean(day) && ((from !== null && day < from) || (ends_on !== null && day >= ends_on))
}

export function itemChoices(items: readonly SheetItem[]) {
  return items.map((item) => ({ value: item.id, label: item.title, hint: pointsText(item) }))
}

/** 今天, 昨天, 前天, or another; `kept` is a day chosen before. */
export function dayChoices(now: number, kept = '') {
  const days = DAYS.map((label, ago) => ({ value: daysAfter(now, -ago), label }))
  if (/^\d/.test(kept) && !days.some(({ value }) => value === kept)) {
    const [, month, date] = kept.split('-').map(Number)
    days.push({ value: kept, label: `${month}月${date}日` })
  }
  return [...days, { value: OTHER_DAY, label: '更早的一天' }]
}

/** 11月5日 is of this year, or of the last if it is still to come; empty: no such day. */
export function dayFrom(words: string, now: number): string {
  const [, year, month, date] = DAY_WORDS.exec(words.replace(/\s/g, '')) ?? []
  if (!month || !date) return ''
  const thisYear = dayOf(now).slice(0, 4)
  const day = validDay(year ?? thisYear, month, date)
  if (year || !day || day <= dayOf(now)) return day
  return validDay(String(Number(thisYear) - 1), month, date)
}

export function dayClaimed({ day, dayWords }: Claiming, now: number): string {
  return day === OTHER_DAY ? dayFrom(dayWords, now) : day
}

/** What is still missing, by question; the server looks again. */
export function missingInClaim(form: Claiming, item: SheetItem | null, now: number): Missing {
  const missing: Missing = {}
  if (!item) missing.item = '请选一样'
  if (!form.day) missing.day = '请选哪一天'
  else if (!dayClaimed(form, now)) missing.day = '请照“11月5日”这样写'
  const words = missingWords(form.story)
  if (words) missing.story = words
  else if ([...form.story.trim()].length < LEAST_STORY) missing.story = '请再多写几个字'
  if (item?.needs_helped && !form.helped.trim() && !form.helpedId) {
    missing.people = '请写帮了谁，好去问一问'
  }
  const units = Number(form.units)
  if (item && isCounted(item) && !(Number.isInteger(units) && units >= 1 && units <= MOST_UNITS)) {
    missing.units = `请写1到${MOST_UNITS}的整数`
  }
  return missing
}

const USED_BEFORE = '/problems/file-already-used'

/** What the server refused, by question; a photo of another deed is refused without a field. */
export function refusedIn({ type, title, detail, fields }: Problem): Missing {
  if (type === USED_BEFORE) return { photos: `${title}。${detail}` }
  return Object.fromEntries(
    Object.entries(fields).map(([field, words]) => [QUESTION_OF[field] ?? 'story', words]),
  )
}

const MOVED_ON = ['/problems/stale-version', '/problems/not-in-this-state']

/** A refusal in the words of this form, which can be handed in again as it is. */
export function saidOfClaim(refusal: Problem): Problem {
  const put = (title: string, detail: string) => ({ ...refusal, kind: 'changed' as const, title, detail })
  if (refusal.fields.item_id) return put('积分细则换了新的', '请看看您选的这一样，再交上去。')
  if (refusal.kind !== 'gone' && !MOVED_ON.includes(refusal.type)) return refusal
  return put('存过的这一件改过了，或者收回了', '您写的还在这里，看一看再交就行。')
}

/** The question a field belongs to, of the form as of the server's refusal. */
export const QUESTION_OF: Record<string, Question> = {
  item: 'item',
  item_id: 'item',
  day: 'day',
  dayWords: 'day',
  occurred_on: 'day',
  slot: 'day',
  buildingId: 'where',
  building_id: 'where',
  place: 'where',
  story: 'story',
  helped: 'people',
  helped_id: 'people',
  helped_note: 'people',
  witnesses: 'witnesses',
  witness_ids: 'witnesses',
  alongside: 'together',
  shares: 'together',
  units: 'units',
  files: 'photos',
  creditTo: 'credit',
  credit_to: 'credit',
  display: 'display',
}

/** What the server is told; `me` acted, where nobody else is named. */
export function wordsOf(form: Claiming, item: SheetItem | null, me: string, now: number) {
  const units = item && isCounted(item) ? Number(form.units) : 1
  const [first, ...others] = form.shares.length ? form.shares : [{ acted_id: me, units }]
  return {
    item_id: form.item,
    occurred_on: dayClaimed(form, now),
    slot: form.slot,
    building_id: form.buildingId || null,
    place: form.place.trim(),
    story: form.story.trim(),
    helped_id: form.helpedId || null,
    helped_note: form.helped.trim(),
    witness_ids: form.witnesses,
    shares: [
      { ...first!, units },
      ...others,
      ...form.alongside.map((acted_id) => ({ acted_id, units })),
    ],
    files: form.files,
    display: form.display,
    credit_to: item?.credit_to === 'choice' ? form.creditTo : null,
  }
}

/** First a draft, then handing it in; a draft the server has is only changed. */
export function stepsOfClaim(
  form: Claiming,
  item: SheetItem | null,
  me: string,
  now: number,
): Omit<Step, 'key'>[] {
  const words = wordsOf(form, item, me, now)
  const path = '/api/v1/virtue-bank/deeds'
  const { draft } = form
  const first: Omit<Step, 'key'> = draft
    ? { method: 'put', path: `${path}/${draft.id}`, body: { ...words, row_version: draft.version } }
    : { method: 'post', path, body: words }
  return [first, handingIn()].map((step) => actingFor(step, form.forWhom))
}

export function handingIn(): Omit<Step, 'key'> {
  const row_version: FromAnswer = { $from: 'row_version' }
  return {
    method: 'post',
    path: '/api/v1/virtue-bank/deeds/{id}/submit',
    body: { row_version },
  }
}

export function claimTitle(item: SheetItem | null, whose = ''): string {
  return `${whose ? `替${whose}` : ''}申报善行：${item?.title ?? ''}`
}

/** A draft the server has taken, of an entry that stopped on its way. */
export function draftOf(answer: Record<string, unknown> | null): Claiming['draft'] {
  const { id, row_version } = answer ?? {}
  return typeof id === 'string' && typeof row_version === 'number'
    ? { id, version: row_version }
    : null
}

/** Neighbours one may name: whoever is nearest to one's own door and holds no office of work. */
export function neighboursOf(
  homes: readonly {
    cards?: {
      holders?: { person_id?: string | null; name?: string; role?: string; title?: string }[]
    }[]
  }[],
  me: string,
): { value: string; label: string }[] {
  const found = new Map<string, string>()
  for (const { holders = [] } of homes.flatMap(({ cards = [] }) => cards)) {
    for (const { person_id, name = '', role = '', title = '' } of holders) {
      if (person_id && person_id !== me && CAPTAINS.includes(role)) {
        found.set(person_id, `${title} ${name}`.trim())
      }
    }
  }
  return [...found].map(([value, label]) => ({ value, label }))
}

const CAPTAINS = ['building_captain', 'stair_captain']

function validDay(year: string, month: string, date: string): string {
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const moment = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(moment) || new Date(moment).toISOString().slice(0, 10) !== day ? '' : day
}
