/** What this build is called, and where its backend answers: a browser's own origin. */
import { IS_WEIXIN } from './build'

export const CLIENT = `${IS_WEIXIN ? 'mp-weixin' : 'h5'}/0.1.0`
export const API_BASE: string = (IS_WEIXIN && import.meta.env.VITE_API_BASE) || ''
