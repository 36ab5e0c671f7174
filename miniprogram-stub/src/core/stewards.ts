/** 我的楼长: who is nearest to one's door, and a number that somebody answers. */

interface Holder {
  name?: string
  title?: string
  phone?: string
}

interface Card {
  place?: string
  holders?: Holder[]
}

export interface Steward {
  name: string
  title: string
  place: string
  /** Of the steward, or of whoever is next above and has one; may be empty. */
  phone: string
  /** The number is not the steward's own. */
  isOffice: boolean
}

/** The nearest who is there: cards are ordered from one's building outwards. */
export function nearestSteward(homes: readonly { cards?: Card[] }[]): Steward | null {
  const cards = (homes[0]?.cards ?? []).filter((card) => card.holders?.length)
  const nearest = cards[0]
  const holder = nearest?.holders?.[0]
  if (!nearest || !holder) return null
  const own = holder.phone ?? ''
  const others = cards.flatMap((card) => card.holders ?? []).map(({ phone }) => phone)
  return {
    name: holder.name ?? '',
    title: holder.title ?? '',
    place: nearest.place ?? '',
    phone: own || others.find(Boolean) || '',
    isOffice: !own,
  }
}
