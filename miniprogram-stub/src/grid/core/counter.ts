/** 兑换领取: what goes out for a code, and what comes back. */

export interface Waiting {
  id: string
  title: string
  quantity: number
  given: number | null
  state: string
}

const ALPHABET = /[^23456789ABCDEFGHJKLMNPQRSTUVWXYZ]/g
const LENGTH = 8

/** As somebody types what is read to them: small letters, blanks, strokes. */
export function codeOf(typed: string): string {
  return typed.toUpperCase().replace(ALPHABET, '')
}

export function missingCode(typed: string): string {
  return codeOf(typed).length === LENGTH ? '' : `请写全${LENGTH}位取货码`
}

/** Only what differs from the order; none: all of it goes out. */
export function linesOf(
  orders: readonly Waiting[],
  given: Readonly<Record<string, string>>,
): { order_id: string; quantity: number }[] {
  const lines = orders.map(({ id, quantity }) => ({
    order_id: id,
    quantity: Number(given[id] ?? quantity),
  }))
  const isAll = lines.every(({ quantity }, at) => quantity === orders[at]!.quantity)
  return isAll ? [] : lines.filter(({ quantity }) => quantity > 0)
}

/** 0份 to what was ordered. */
export function countChoices(quantity: number): { value: string; label: string }[] {
  return Array.from({ length: quantity + 1 }, (_, less) => ({
    value: String(quantity - less),
    label: less === quantity ? '先不领' : `${quantity - less}份`,
  }))
}

export function isNothing(
  orders: readonly Waiting[],
  given: Readonly<Record<string, string>>,
): boolean {
  return orders.every(({ id, quantity }) => Number(given[id] ?? quantity) === 0)
}
