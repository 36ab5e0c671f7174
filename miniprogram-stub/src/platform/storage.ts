/** The phone's own storage. */
import { makeRoom, type Store } from '../core/stores'

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
