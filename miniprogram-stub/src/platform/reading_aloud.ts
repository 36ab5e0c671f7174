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

/** Put the reader's place on the question that these words are about. */
export function moveFocusNear(words: Mounted | null): void {
  for (let at = elementOf(words)?.parentElement; at; at = at.parentElement) {
    const part = at.querySelector<HTMLElement>('input, textarea, [tabindex]')
    if (part) return part.focus({ preventScroll: true })
  }
}

/** The parts of uni's bars that are tapped, with what they are and are called. */
const BARS: [part: string, role: string, label: string | null][] = [
  ['.uni-page-head-btn', 'button', '返回'],
  ['.uni-tabbar__item', 'link', null],
]

/** uni's buttons and bars hear taps only: make them known, and let Enter and space tap them. */
export function tapByKeyboard(): void {
  if (IS_WEIXIN) return
  new MutationObserver(nameBars).observe(document.body, { childList: true, subtree: true })
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement
    const isKey = event.key === 'Enter' || event.key === ' '
    if (!isKey || !target.matches('[tabindex][role]')) return
    event.preventDefault()
    target.click()
  })
}

function nameBars(): void {
  for (const [part, role, label] of BARS) {
    for (const element of document.querySelectorAll(`${part}:not([role])`)) {
      element.setAttribute('role', role)
      element.setAttribute('tabindex', '0')
      if (label) element.setAttribute('aria-label', label)
    }
  }
}

function elementOf(part: Mounted | null): HTMLElement | null {
  return IS_WEIXIN ? null : ((part?.$el as HTMLElement | undefined) ?? null)
}
