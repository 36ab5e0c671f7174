/** 捐积分: how many, of what is on one's own account. */
import type { Step } from '../../core/outbox'
import type { Account } from './account'

export interface Giving {
  /** A number of the choices, or `other`: then it stands in `words`. */
  points: string
  words: string
}

export const OTHER = 'other'
const USUAL = [5, 10, 20]

export function emptyGiving(): Giving {
  return { points: '', words: '' }
}

/** Why nothing can be given now; empty if something can. */
export function whyNothing({ available, frozen }: Account): string {
  if (frozen) return '您的账户冻结着，查清楚以前先不能捐'
  return available > 0 ? '' : '您现在没有可以捐的积分'
}

export function amounts(available: number): { value: string; label: string }[] {
  const usual = USUAL.filter((points) => points <= available)
  return [
    ...usual.map((points) => ({ value: `${points}`, label: `${points}分` })),
    { value: OTHER, label: '别的数' },
  ]
}

/** 0 as long as no whole number is written. */
export function pointsOf({ points, words }: Giving): number {
  const written = points === OTHER ? words.trim() : points
  return /^\d{1,6}$/.test(written) ? Number(written) : 0
}

export function missingInGiving(form: Giving, available: number): { points: string; words: string } {
  if (!form.points) return { points: '请选捐多少', words: '' }
  const points = pointsOf(form)
  if (points < 1) return { points: '', words: '请写一个整数' }
  const tooMuch = points > available ? `您只有${available}分` : ''
  return form.points === OTHER ? { points: '', words: tooMuch } : { points: tooMuch, words: '' }
}

export function giving(points: number): Omit<Step, 'key'> {
  return { method: 'post', path: '/api/v1/virtue-bank/donations', body: { points } }
}
