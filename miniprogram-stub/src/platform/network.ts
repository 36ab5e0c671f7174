/** The network comes and goes; whoever waits for it is told when it is back. */
import { IS_WEIXIN } from './build'

const waiting = new Set<() => void>()

/** Returns how to stop listening. */
export function whenNetworkReturns(act: () => void): () => void {
  waiting.add(act)
  return () => waiting.delete(act)
}

export function listenToNetwork(): void {
  if (IS_WEIXIN) {
    uni.onNetworkStatusChange(({ isConnected }) => isConnected && tellAll())
    return
  }
  // uni-app would listen to navigator.connection, which not every browser keeps up to date.
  window.addEventListener('online', tellAll)
  fetchPagesAgain()
}

function tellAll(): void {
  for (const act of [...waiting]) act()
}

/** A browser fetches a page when it is first opened; without network it comes once that is back. */
function fetchPagesAgain(): void {
  let isMissing = false
  window.addEventListener('vite:preloadError', () => {
    if (isMissing) return
    isMissing = true
    whenNetworkReturns(() => window.location.reload())
  })
}
