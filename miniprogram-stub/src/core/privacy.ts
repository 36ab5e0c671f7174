/** What somebody has agreed to, and which phones are signed in, in plain words. */
import { dayOf, dayText, momentText } from './dates'

export interface Consent {
  purpose: string
  title: string
  required: boolean
  given_at: string | null
  withdrawn_at: string | null
}

/** What stops when the consent is taken back. */
const STOPS: Record<string, string> = {
  residence: '收回后，您不再算核实过的住户，附议、表态、评事要请网格员帮您办。',
  phone: '收回后，我们不再存您的手机号，要紧的事只能上门告诉您。',
  wechat_notice: '收回后，微信里不再收到提醒，“我的消息”里还有。',
  photo: '收回后，不再收您的照片。',
  honour_list: '收回后，光荣榜上不再有您的名字。',
  care: '收回后，关爱服务不再上门。',
  minor: '收回后，不再存孩子的信息。',
  volunteer_record: '收回后，不再给您记志愿时长。',
}

/** What giving up the account takes away, and what it leaves. */
export const GOES =
  '您的姓名、电话、微信、同意过的，还有善行和推荐里您写的话、传的照片，都会拿掉。居住登记和担任的职务一起结束。'
export const STAYS =
  '积分账目和议事记录要依规留着，上面不再显示您的名字。还在公示、处理中的，办完再拿掉。'

export function isGiven({ given_at, withdrawn_at }: Consent): boolean {
  return given_at !== null && withdrawn_at === null
}

/** Those somebody was asked for; what was never asked is not shown. */
export function asked<T extends Consent>(consents: readonly T[]): T[] {
  return consents.filter(({ given_at }) => given_at !== null)
}

export function consentText(consent: Consent, now: number): string {
  if (isGiven(consent)) return `您${dayText(dayOf(Date.parse(consent.given_at!)), now)}同意的`
  return `您${dayText(dayOf(Date.parse(consent.withdrawn_at!)), now)}收回了`
}

export function stopsText({ purpose }: { purpose: string }): string {
  return STOPS[purpose] ?? ''
}

interface Device {
  kind: string
  device_label: string
  created_at: string
  is_current: boolean
}

const FOR_WORK: Record<string, string> = { field: '，网格员办事用', console: '，工作台用' }

export function deviceTitle({ kind, device_label, is_current }: Device): string {
  const name = is_current ? '您现在用的这一部' : device_label || '另一部手机或电脑'
  return `${name}${FOR_WORK[kind] ?? ''}`
}

export function deviceText({ created_at }: Device, now: number): string {
  return `${momentText(created_at, now)}进入`
}
