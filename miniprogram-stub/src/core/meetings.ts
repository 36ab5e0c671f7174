/** Days on which people sit together, in plain words. */
import { beforeText, momentText } from './dates'

export interface Sitting {
  kind: string
  starts_at: string
  place: string
  state: string
  items: number
}

const KINDS: Record<string, string> = {
  consultation_day: '协商日',
  discussion_day: '议事日',
  council: '议事会',
  hearing: '听证会',
  coordination: '协调会',
  appraisal_meeting: '评事会',
  talk: '恳谈会',
  round_table: '圆桌会',
  bench: '板凳会',
  four_party: '四方协商会',
}
const TAKES_PLACE = ['shell', 'frozen', 'open']
const SITTING_MS = 4 * 3600 * 1000

export function kindText(kind: string): string {
  return KINDS[kind] ?? '会'
}

/** Those still to come, or going on now, soonest first. */
export function coming<T extends Sitting>(sittings: readonly T[], now: number): T[] {
  return sittings
    .filter(({ state, starts_at }) => {
      return TAKES_PLACE.includes(state) && Date.parse(starts_at) + SITTING_MS > now
    })
    .sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at))
}

/** 12月10日（星期四）19:30，居委会二楼会议室 */
export function sittingText({ starts_at, place }: Sitting, now: number): string {
  return [momentText(starts_at, now), place].filter(Boolean).join('，')
}

export function topicsText(items: number): string {
  return items ? `要商量${items}件事` : '还没有要商量的事'
}

/** Days on which nothing was sat about are not worth a line. */
export function past<T extends Sitting>(sittings: readonly T[]): T[] {
  return sittings
    .filter(({ state }) => state === 'closed')
    .sort((one, other) => Date.parse(other.starts_at) - Date.parse(one.starts_at))
}

const STATES: Record<string, string> = {
  shell: '要开的',
  frozen: '要开的',
  open: '正在开',
  closed: '开完了',
  empty: '没有要商量的事，没开',
  cancelled: '不开了',
}

export function stateText(state: string): string {
  return STATES[state] ?? ''
}

/** Until when something can still come onto the table. */
export function cutoffText({ state, cutoff_at }: { state: string; cutoff_at: string }, now: number): string {
  if (state !== 'shell' || Date.parse(cutoff_at) <= now) return ''
  return `想在这天商量的事，${beforeText(cutoff_at, now)}定下来`
}

const STANCES: Record<string, string> = { for: '同意', against: '不同意', condition: '有条件地同意' }

export function stanceText(stance: string | null): string {
  return STANCES[stance ?? ''] ?? '还没有说'
}
