/** 积分兑换: what can be had, the code it is fetched with, and until when. */
import { byText, dayText } from '../../core/dates'
import type { Tone } from '../../core/matters'
import { personal, type Store } from '../../core/stores'

export interface Item {
  points: number
  available: number
  left_this_month: number | null
}

export interface Order {
  id: string
  basket: string
  title: string
  quantity: number
  given: number | null
  points: number
  state: string
  last_day: string
  expires_at: string
  reason: string
  return_asked_at: string | null
}

const SHORT = 4
const MOST_AT_ONCE = 9
const TONES: Record<string, Tone> = { placed: 'mine', awaiting_family: 'going', picked_up: 'done' }

/** How many one may ask for now; the server looks again. */
export function mostOf({ available, left_this_month, points }: Item, onAccount: number): number {
  const affordable = Math.floor(onAccount / points)
  return Math.max(0, Math.min(available, left_this_month ?? available, affordable, MOST_AT_ONCE))
}

/** Why it cannot be had now; empty if it can. */
export function whyNot(item: Item, account: { available: number; debt: number; frozen: boolean }) {
  if (account.frozen) return '您的账户冻结着，查清楚以前先不能换'
  if (account.debt) return `您还欠${account.debt}分，还清才能兑换`
  if (!item.available) return '已经兑完了'
  if (item.left_this_month === 0) return '您这个月兑换过了，下个月再来'
  if (account.available < item.points) return `还差${item.points - account.available}分`
  return ''
}

/** 服务站一楼便民窗口，工作日9点到17点 */
export function placeText(counter: { title: string; place: string; hours: string }): string {
  return [counter.place + counter.title, counter.hours].filter(Boolean).join('，')
}

/** Why it cannot be had with any of these points; what one's own lack is said. */
export function whyNotAny(item: Item, purses: readonly Parameters<typeof whyNot>[1][]): string {
  const reasons = purses.map((purse) => whyNot(item, purse))
  return reasons.every(Boolean) ? (reasons[0] ?? '') : ''
}

export function leftText({ available, left_this_month }: Item): string {
  const mine = left_this_month === null ? '' : `，您这个月还能兑${left_this_month}份`
  return available ? `还有${available}份${mine}` : '已经兑完了'
}

export function quantities(most: number): { value: string; label: string }[] {
  return Array.from({ length: most }, (_, at) => ({ value: `${at + 1}`, label: `${at + 1}份` }))
}

export function orderTone({ state }: Order): Tone {
  return TONES[state] ?? 'stopped'
}

/** What happens next, or how it ended. */
export function orderSentence(order: Order, now: number): string {
  if (order.return_asked_at && order.state === 'picked_up') return '您退回来了，居委会确认后退还积分'
  switch (order.state) {
    case 'placed':
      return `${dayText(order.last_day, now)}以前来领，${order.points}分先留着`
    case 'awaiting_family':
      return `请家里另一位大人${byText(order.expires_at, now)}说同意不同意`
    case 'picked_up':
      return order.given !== null && order.given < order.quantity
        ? `领了${order.given}份，用了${order.points}分，没领的不扣`
        : `领走了，用了${order.points}分`
    case 'refused':
      return `没有领成：${order.reason}。积分退回来了`
    case 'expired':
      return '过了日子没来领，积分退回来了，可以再兑'
    case 'returned':
      return `退回了，${order.points}分还给您了`
    default:
      return '取消了，积分退回来了'
  }
}

/** What is said once it is ordered. */
export function placedTitle({ state }: Order): string {
  return state === 'awaiting_family' ? '等家里人同意' : '换好了，请来领'
}

/** K7PM 3XQ9: in two parts, as it is read out. */
export function spelled(code: string): string {
  return `${code.slice(0, SHORT)} ${code.slice(SHORT)}`.trim()
}

/** Codes the server has shown once, kept on this phone until their person signs out. */
export class Codes {
  constructor(
    private readonly store: Store,
    private readonly person: string,
  ) {}

  of(basket: string): string {
    return this.all()[basket] ?? ''
  }

  keep(basket: string, code: string): void {
    this.store.set(this.name(), { ...this.all(), [basket]: code })
  }

  /** Those whose orders wait no longer are of no use to anybody. */
  forgetBut(waiting: readonly string[]): void {
    const kept = Object.entries(this.all()).filter(([basket]) => waiting.includes(basket))
    this.store.set(this.name(), Object.fromEntries(kept))
  }

  private all(): Record<string, string> {
    return this.store.get<Record<string, string>>(this.name()) ?? {}
  }

  private name(): string {
    return personal(this.person, 'codes')
  }
}
