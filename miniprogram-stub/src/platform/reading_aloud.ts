/** What uni leaves out for people who hear the page or use a keyboard; WeChat needs none of it. */
import { IS_WEIXIN } from './build'

interface Mounted {
  $el: unknown
}

/** uni keeps a label on its own element; a reader asks the real field inside. */
export function labelField(field: Mounted | null, label: string, isWrong: boolean): void {
  const real = elementOf(field)?.querySelector('input, textarea')
  real?.setAttribute('aria-label', label)
  real?.setAttribute('aria-invalid', String(isWrong))
}

/** Put the reader's place on a part that has just opened. */
export function moveFocus(part: Mounted | null): void {
  elementOf(part)?.querySelector<HTMLElement>('[tabindex]')?.focus()
}

/** uni's buttons hear taps only: Enter and the space bar tap what is focused. */
export function tapByKeyboard(): void {
  if (IS_WEIXIN) return
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement
    const isKey = event.key === 'Enter' || event.key === ' '
    if (!isKey || !target.matches('[tabindex][role]')) return
    event.preventDefault()
    target.click()
  })
}

function elementOf(part: Mounted | null): HTMLElement | null {
  return IS_WEIXIN ? null : ((part?.$el as HTMLElement | undefined) ?? null)
}
