/** 长辈版 as every page sees it. */
import { computed, ref } from 'vue'
import { appearance, settled, styleOf } from '../core/elder'
import { dress, magnification } from '../platform/appearance'
import { storage } from '../platform/storage'

const CHOSEN = 'elder'
const chosen = ref<boolean | null>(storage.get<boolean>(CHOSEN))
const factor = ref(magnification())

export const look = computed(() => appearance(chosen.value, factor.value))
export const lookStyle = computed(() => styleOf(look.value))

/** When the app shows: WeChat's care mode may have been switched meanwhile. */
export function lookAgain(): void {
  factor.value = magnification()
  dress(look.value)
}

export function chooseElder(elder: boolean): void {
  chosen.value = elder
  storage.set(CHOSEN, elder)
  dress(look.value)
}

/** True if the server should be told of what was chosen here. */
export function agreeWith(remembered: boolean): boolean {
  const { chosen: agreed, tell } = settled(chosen.value, remembered)
  if (agreed !== chosen.value && agreed !== null) chooseElder(agreed)
  return tell
}
