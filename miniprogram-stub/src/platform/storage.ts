/** The phone's own storage. */
import type { Store } from '../core/stores'

export const storage: Store = {
  get<T>(name: string): T | null {
    const value: unknown = uni.getStorageSync(name)
    return value === '' || value === undefined ? null : (value as T)
  },
  set(name, value) {
    uni.setStorageSync(name, value)
  },
  remove(name) {
    uni.removeStorageSync(name)
  },
  names() {
    return uni.getStorageInfoSync().keys
  },
}
