/** Days on which people sit together, in plain words. */
import { momentText } from './dates'

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
