/** How large the phone already shows things, and what lies outside a page. */
import type { Appearance } from '../core/elder'
import { IS_WEIXIN } from './build'

/** WeChat's care mode and text size; 1 in a browser, which magnifies by itself. */
export function magnification(): number {
  if (!IS_WEIXIN) return 1
  const { fontSizeScaleFactor } = uni.getAppBaseInfo() as { fontSizeScaleFactor?: number }
  return fontSizeScaleFactor ?? 1
}

/** The bars of a browser build stand outside the page; WeChat's grow by themselves. */
export function dress(appearance: Appearance): void {
  if (IS_WEIXIN) return
  const root = document.documentElement
  root.classList.toggle('elder', appearance.elder)
  root.style.setProperty('--s', String(appearance.scale))
  root.style.setProperty('--touch', `${appearance.touch}px`)
}
