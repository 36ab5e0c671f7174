/** 评事: five words from the worst to the best, and what has to be said beside the worst. */
import { momentText, lastDay, dayText } from './dates'

/** Up to this score the server asks what is missing. */
const WANTS_REASON = 2

export interface Rating {
  question: string
  score: string
  missing: string
}

export function emptyRating(): Rating {
  return { question: '', score: '', missing: '' }
}

/** The best first; the number is what the server counts. */
export function scores(words: readonly string[]): { value: string; label: string }[] {
  return words.map((label, index) => ({ value: String(index + 1), label })).reverse()
}

export function wantsReason({ score }: Rating): boolean {
  return score !== '' && Number(score) <= WANTS_REASON
}

export function missingRating(rating: Rating): { score?: string; missing?: string } {
  if (!rating.score) return { score: '请选一样' }
  if (wantsReason(rating) && !/[\p{L}\p{N}]/u.test(rating.missing)) {
    return { missing: '请写一写哪里没办好，好让人改' }
  }
  return {}
}

const CHANNELS: Record<string, string> = {
  mini_program: '在手机上',
  phone: '打电话',
  home_visit: '上门时',
  walk_in: '在居委会',
  paper: '填纸',
  at_meeting: '在会上',
  console: '在居委会',
}

/** 您11月20日（星期五）10:05打电话评过了 */
export function ratedText(mine: { channel: string; cast_at: string }, now: number): string {
  return `您${momentText(mine.cast_at, now)}${CHANNELS[mine.channel] ?? ''}评过了`
}

/** As a receipt is read out on the telephone. */
export function receiptOf(id: string): string {
  return id.replace(/-/g, '').slice(-8).toUpperCase().replace(/(.{4})/, '$1 ')
}

const NEXT: Record<string, string> = {
  satisfied: '大家满意，这件事可以办结。',
  insufficient: '参加评事的人太少。',
  rework: '大家不满意，要返工。',
  unsatisfied: '返工以后大家还是不满意，如实公示。',
}

export function outcomeText(next: string): string {
  return NEXT[next] ?? ''
}

export function closesText(closesAt: string, now: number): string {
  return `评到${dayText(lastDay(closesAt), now)}`
}
