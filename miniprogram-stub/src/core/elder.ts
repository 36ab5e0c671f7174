/** 长辈版: when it is on, and how large things are then. */

export interface Appearance {
  elder: boolean
  /** Every text size is multiplied by it. */
  scale: number
  /** The smallest side of what is touched, in px. */
  touch: number
}

const CARE_MODE = 1.4
const LARGEST = 1.65

/** `chosen` is what the person tapped, null if nothing; `factor` what the phone magnifies by. */
export function appearance(chosen: boolean | null, factor: number): Appearance {
  const held = Number.isFinite(factor) ? Math.min(Math.max(factor, 1), LARGEST) : 1
  const elder = chosen ?? held >= CARE_MODE
  return { elder, scale: elder ? Math.max(held, CARE_MODE) : held, touch: elder ? 60 : 44 }
}

export function styleOf({ scale, touch }: Appearance): string {
  return `--s:${scale};--touch:${touch}px`
}

/** Nobody sees and answers within it: a tap then still means what stood there before. */
const REACTION_MS = 800

/** What a tap on the switch asks for; `changedAt` is when it changed without one. */
export function tapped(elder: boolean, changedAt: number, now: number): boolean {
  return now - changedAt < REACTION_MS ? elder : !elder
}

/**
 * What this phone and the server remember, brought together: a choice made here wins, but not
 * one made by somebody else who used this phone before.
 */
export function settled(
  chosen: boolean | null,
  remembered: boolean,
  isOwn = true,
): { chosen: boolean | null; tell: boolean } {
  if (chosen === null || !isOwn) return { chosen: remembered ? true : null, tell: false }
  return { chosen, tell: chosen !== remembered }
}
