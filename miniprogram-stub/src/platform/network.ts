/** The network comes and goes; whoever waits for it is told when it is back. */

const waiting = new Set<() => void>()

/** Returns how to stop listening. */
export function whenNetworkReturns(act: () => void): () => void {
  waiting.add(act)
  return () => waiting.delete(act)
}

export function listenToNetwork(): void {
  uni.onNetworkStatusChange(({ isConnected }) => {
    if (isConnected) [...waiting].forEach((act) => act())
  })
}
