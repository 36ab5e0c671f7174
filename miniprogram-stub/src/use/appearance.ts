/** 长辈版 as every page sees it. */
import { computed, ref } from 'vue'
import { appearance, settled, styleOf, tapped } from '../core/elder'
import { dress, magnification } from '../platform/appearance'
import { storage } from '../platform/storage'

const CHOSEN = 'elder'
/** Who chose it; nobody yet, where it was chosen before signing in. */
const CHOSEN_BY = 'elder_by'
const chosen = ref<boolean | null>(storage.get<boolean>(CHOSEN))
const factor = ref(magnification())
/** When the look last changed by what the server remembers. */
let agreedAt = 0

export const look = computed(() => appearance(chosen.value, factor.value))
export const lookStyle = computed(() => styleOf(look.value))

/** When the app shows: WeChat's care mode may have been switched meanwhile. */
export function lookAgain(): void {
  factor.value = magnification()
  dress(look.value)
}

/** The switch was tapped, which is to be seen since `shownAt`. */
export function switchElder(person: string | null, shownAt: number): void {
  const changedAt = agreedAt > shownAt ? agreedAt : 0
  choose(tapped(look.value.elder, changedAt, Date.now()), person)
}

function choose(elder: boolean | null, person: string | null): void {
  chosen.value = elder
  if (elder === null) storage.remove(CHOSEN)
  else storage.set(CHOSEN, elder)
  if (person === null) storage.remove(CHOSEN_BY)
  else storage.set(CHOSEN_BY, person)
  dress(look.value)
}

/** True if the server should be told of what was chosen here. */
export function agreeWith(remembered: boolean, person: string | null): boolean {
  const by = storage.get<string>(CHOSEN_BY)
  const before = look.value.elder
  const { chosen: agreed, tell } = settled(chosen.value, remembered, by === null || by === person)
  if (agreed !== chosen.value || by !== person) choose(agreed, person)
  if (look.value.elder !== before) agreedAt = Date.now()
  return tell
}
