/** Which of the two builds this is: the one switch of this folder. */

// #ifdef H5
import '../styles/browser.css'
// #endif

function isWeixin(): boolean {
  // #ifdef MP-WEIXIN
  return true
  // #endif
  // #ifndef MP-WEIXIN
  return false
  // #endif
}

export const IS_WEIXIN = isWeixin()
