/** 代录: what somebody said on the phone, at the door, at the counter or on paper, typed for them. */
import type { Choice } from './acts'
import type { Step } from '../../core/outbox'
import {
  emptyTelling,
  missingAnswers,
  QUESTION_OF,
  stepsOf,
  titleOf,
  type Telling,
} from '../../core/telling'

export interface Somebody {
  id: string
  name: string
  home: string
}

export interface Intake extends Telling {
  person: Somebody | null
  channel: string
  /** How the person agreed that it is written down. */
  consent: string
  /** One of the similar matters, if it is the same: then the person stands behind that one. */
  same: string
}

export const CHANNELS: Choice[] = [
  { value: 'phone', label: '打电话' },
  { value: 'home_visit', label: '上门' },
  { value: 'walk_in', label: '到窗口' },
  { value: 'paper', label: '写纸条' },
]
export const CONSENTS: Choice[] = [
  { value: 'spoken', label: '口头同意' },
  { value: 'written', label: '签了字' },
]
export const SEEN_BY: Choice[] = [
  { value: 'neighbours', label: '邻居能看到，不显示姓名' },
  { value: 'committee', label: '只给居委会和网格员看' },
]
export const DIFFERENT = 'different'

export function emptyIntake(): Intake {
  return { ...emptyTelling(), person: null, channel: '', consent: '', same: '' }
}

export function somebodyOf(found: {
  id?: string
  name?: string | null
  building?: string
  unit_no?: string
  room_no?: string
}): Somebody {
  const home = `${found.building ?? ''}${found.unit_no ?? ''}单元${found.room_no ?? ''}`
  return { id: found.id ?? '', name: found.name || '没有留姓名', home }
}

/** Beside which question something is said that is wrong with a field. */
export function placeOfField(field: string): string {
  const own: Record<string, string> = { resident_id: 'person', person: 'person', same: 'similar' }
  return own[field] ?? QUESTION_OF[field] ?? field
}

/** What is still missing, by the name of the question. */
export function missingInIntake(intake: Intake, hasSimilar: boolean): Record<string, string> {
  const missing: Record<string, string> = { ...missingAnswers(intake) }
  if (!intake.draft) {
    if (!intake.person) missing.person = '请先找到是谁说的'
    if (!intake.channel) missing.channel = '请选对方是怎么说的'
    if (!intake.consent) missing.consent = '请先问对方同不同意'
  }
  if (hasSimilar && !intake.same) missing.similar = '请看看是不是同一件事'
  return missing
}

/** What is read to the person before it is handed in. */
export function readBack({ person, what, place, seenBy }: Intake): string[] {
  const where = place.trim() ? `在${place.trim()}。` : ''
  const seen =
    seenBy === 'committee' ? '只有居委会和网格员看得到。' : '邻居看得到这件事，看不到您的姓名。'
  return [`${person?.name ?? ''}，您说的是：`, `${what.trim()}`, where, seen, '我记得对不对？'].filter(
    Boolean,
  )
}

export function intakeTitle(intake: Intake): string {
  return `替${intake.person?.name ?? '居民'}说事：${titleOf(intake.what)}`
}

/** A matter of the person's own; or their support, where somebody has told the same. */
export function stepsOfIntake(intake: Intake): Omit<Step, 'key'>[] {
  const { person, channel, consent, same } = intake
  const behalf = { resident_id: person?.id, channel }
  if (same && same !== DIFFERENT) {
    return [{ method: 'post', path: `/api/v1/proposals/${same}/supports`, body: behalf }]
  }
  const similar = same === DIFFERENT ? ('different' as const) : ('' as const)
  const [first, ...others] = stepsOf({ ...intake, similar })
  if (intake.draft) return [first!, ...others]
  const body = { ...first!.body, ...behalf, consent }
  return [{ ...first!, path: '/api/v1/proposals/on-behalf', body }, ...others]
}
