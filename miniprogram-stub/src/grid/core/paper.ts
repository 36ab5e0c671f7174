/** 代报善行: what somebody said or wrote on a slip, typed for them. */
import {
  emptyClaiming,
  missingInClaim,
  QUESTION_OF,
  stepsOfClaim,
  type Claiming,
  type SheetItem,
} from '../../core/claiming'
import type { Step } from '../../core/outbox'
import type { Somebody } from './intake'

export interface Paper extends Claiming {
  person: Somebody | null
  channel: string
  slipNo: string
  helpedBy: Somebody | null
  seenBy: Somebody[]
  /** Who acted with them. */
  together: Somebody[]
}

export const MOST_SEEN_BY = 5
export const MOST_TOGETHER = 9

export function emptyPaper(): Paper {
  return {
    ...emptyClaiming(),
    person: null,
    channel: '',
    slipNo: '',
    helpedBy: null,
    seenBy: [],
    together: [],
  }
}

export function placeInPaper(field: string): string {
  const own: Record<string, string> = {
    resident_id: 'person',
    channel: 'channel',
    slip_no: 'slipNo',
    witness_ids: 'people',
    shares: 'people',
  }
  return own[field] ?? QUESTION_OF[field] ?? 'story'
}

export function missingInPaper(
  form: Paper,
  item: SheetItem | null,
  now: number,
): Record<string, string> {
  const missing: Record<string, string> = { ...missingInClaim(named(form), item, now) }
  if (!form.person) missing.person = '请先找到是谁做的'
  if (!form.channel) missing.channel = '请选对方是怎么说的'
  return missing
}

export function stepsOfPaper(
  form: Paper,
  item: SheetItem | null,
  now: number,
): Omit<Step, 'key'>[] {
  const { person, channel, slipNo, draft } = form
  const [first, submission] = stepsOfClaim(named(form), item, person?.id ?? '', now)
  if (draft) return [first!, submission!]
  const whose = { resident_id: person?.id, channel, slip_no: slipNo.trim() || null }
  const path = '/api/v1/virtue-bank/deeds/on-behalf'
  return [{ ...first!, path, body: { ...first!.body, ...whose } }, submission!]
}

/** What is read to the person before it is handed in. */
export function readPaper(form: Paper, item: SheetItem | null, day: string): string[] {
  const helped = [form.helpedBy?.name, form.helped.trim()].filter(Boolean).join('，')
  return [
    `${form.person?.name ?? ''}，您报的是“${item?.title ?? ''}”。`,
    `${day}${form.place.trim() ? `，在${form.place.trim()}` : ''}。`,
    form.story.trim(),
    helped ? `帮了：${helped}。` : '',
    form.seenBy.length ? `请${form.seenBy.map(({ name }) => name).join('、')}证明。` : '',
    '我记得对不对？',
  ].filter(Boolean)
}

/** With the people that were found by name. */
function named(form: Paper): Claiming {
  const me = form.person?.id ?? ''
  return {
    ...form,
    helpedId: form.helpedBy?.id ?? '',
    witnesses: form.seenBy.map(({ id }) => id),
    shares: [
      { acted_id: me, units: 1 },
      ...form.together.map(({ id }) => ({ acted_id: id, units: 1 })),
    ],
  }
}
