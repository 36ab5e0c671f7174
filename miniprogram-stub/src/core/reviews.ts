/** What became of a text somebody wrote: fine, returned with a reason, looked at once more. */
import { byText } from './dates'

export interface Review {
  state?: unknown
  category?: unknown
  reason?: unknown
  due_at?: unknown
  appealed_at?: unknown
  appeal_outcome?: unknown
}

export function reviewText({ state, category, reason, due_at, ...review }: Review, now: number): string {
  if (review.appeal_outcome === 'passed') return '换一个人看过了，可以发，邻居能看到了。'
  if (review.appeal_outcome) return `换一个人看过了，还是不能发。${reasonText(category, reason)}`
  if (review.appealed_at) return '申诉收到了，换一个人再看一次，看完告诉您。'
  if (state === 'passed') return '看过了，邻居能看到了。'
  if (state === 'replaced') return '您后来改过，看的是新写的那一份。'
  if (state === 'returned') return `这次没通过：${reasonText(category, reason)}您可以改了再交，也可以申诉。`
  return `正在看，${typeof due_at === 'string' ? byText(due_at, now) : ''}看完。`
}

export function mayAppeal({ state, appealed_at }: Review): boolean {
  return state === 'returned' && !appealed_at
}

function reasonText(category: unknown, reason: unknown): string {
  const said = [category, reason].filter((part) => typeof part === 'string' && part)
  return said.length ? `${said.join('，').replace(/。$/, '')}。` : ''
}
