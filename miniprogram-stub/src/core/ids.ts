/** Keys by which the server knows a repeated request; not secrets. */

/** A random UUID, version 4; neither WeChat nor plain http offers `crypto.randomUUID`. */
export function newKey(random: () => number = Math.random): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16)
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16)
  })
}
