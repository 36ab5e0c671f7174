/** The codes of one's orders on this phone, as pages see them. */
import { ref } from 'vue'
import { NOBODY } from '../core/stores'
import { storage } from '../platform/storage'
import { person } from '../use/session'
import { Codes } from './core/shop'

export function useCodes() {
  const seen = ref(0)
  const codes = () => new Codes(storage, person.value ?? NOBODY)

  return {
    of(basket: string): string {
      return seen.value >= 0 ? codes().of(basket) : ''
    },
    keep(basket: string, code: string): void {
      codes().keep(basket, code)
      seen.value += 1
    },
    forgetBut(waiting: readonly string[]): void {
      codes().forgetBut(waiting)
    },
  }
}
