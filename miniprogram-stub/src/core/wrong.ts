/** Where the words stand that say what is wrong, and how far a page is moved to show them. */

export interface Words {
  /** About the form as a whole. */
  isNote: boolean
  /** From the top of the page, in px. */
  top: number
  bottom: number
}

const BAR_PX = 80
/** With its question above and room below. */
const DOWN_THE_SCREEN = 0.55

/** A question's own words are of more use than those about the whole; then the upper one. */
export function comesBefore(one: Words, other: Words): boolean {
  return one.isNote === other.isNote ? one.top < other.top : other.isNote
}

/** Where to move the page; null: they are in sight. */
export function scrollTo({ top, bottom }: Words, scrolled: number, height: number): number | null {
  if (top - scrolled >= BAR_PX && bottom - scrolled <= height - BAR_PX) return null
  return Math.max(0, Math.round(top - height * DOWN_THE_SCREEN))
}
