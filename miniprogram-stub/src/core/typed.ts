/** A form somebody types into while what it is filled with is still on its way. */

/** As the server tells it, but what was typed since `before` stays as it is `now`. */
export function keepTyped<T extends object>(told: T, before: T, now: T): T {
  const kept = (Object.keys(told) as (keyof T)[]).map((field) => {
    const isTyped = JSON.stringify(now[field]) !== JSON.stringify(before[field])
    return [field, isTyped ? now[field] : told[field]]
  })
  return Object.fromEntries(kept) as T
}
