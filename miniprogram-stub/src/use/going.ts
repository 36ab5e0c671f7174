/** Going to another page. */
import { destination } from '../core/deeplink'

const TABS = ['/pages/home/index', '/pages/matters/index', '/pages/me/index']

export function go(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url })
  else uni.navigateTo({ url })
}

export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: TABS[0]! })
}

export function goSignIn(): void {
  go('/account/signin')
}

/** The page a message is about; null if this build has none. */
export function pageOf(page: string): string | null {
  const found = destination({ page })
  return found.to === 'page' ? found.url : null
}

export function phone(phoneNumber: string): void {
  uni.makePhoneCall({ phoneNumber, fail: () => undefined })
}
