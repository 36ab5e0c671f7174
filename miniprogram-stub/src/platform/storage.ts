/** The phone's own storage. */
import { makeRoom, type Store } from '../core/stores'
import { IS_WEIXIN } from './build'

export const storage: Store = {
  get<T>(name: string): T | null {
    const value: unknown = uni.getStorageSync(name)
    return value === '' || value === undefined ? null : (value as T)
  },
  set(name, value) {
    try {
      uni.setStorageSync(name, value)
    } catch (thrown) {
      if (!makeRoom(storage)) throw thrown
      uni.setStorageSync(name, value)
    }
  },
  remove(name) {
    uni.removeStorageSync(name)
  },
  names() {
    return uni.getStorageInfoSync().keys
  },
}

/** Another window of the same browser has changed what lies under a name; WeChat has one window. */
export function whenChangedElsewhere(act: (name: string) => void): void {
  if (IS_WEIXIN) return
  window.addEventListener('storage', ({ key }) => key !== null && act(key))
}
