/** Handing a public page on: WeChat does it from its own menu, a browser copies the address. */
import { IS_WEIXIN } from './build'

export const CAN_COPY_ADDRESS = !IS_WEIXIN

export function copyAddress(): void {
  uni.setClipboardData({ data: window.location.href })
}
