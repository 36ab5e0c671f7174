/** Sentences that several pages say, and the words none of them may use. */

export const SENDING_WORDS = '已存在手机里，正在发送'
export const WAITING_WORDS = '网络不通，您写的已存在手机里，连上网会自动发出'
export const FULL_WORDS = '手机里等着发的太多了，请连上网，等它们发出去再交'
export const KEPT_WORDS = '写的会存在手机里，没有网也不会丢'

/** Acts with a form that opens again after a refusal, by the act's kind. */
export const REOPENS: Record<string, string> = {
  matter: '/matter/new',
  say: '/matter/say',
  objection: '/public/objection',
  rating: '/matter/rate',
  statement: '/matter/statements',
  review: '/account/review',
  complaint: '/account/complain',
  verdict: '/account/complaint',
  intake: '/grid/intake',
  act: '/grid/act',
  deed: '/points/claim',
  'deed-word': '/points/confirm',
  proxy: '/account/proxy',
  'points-donate': '/points/donate',
  'points-family': '/points/family',
  'points-nominate': '/points/honour',
  'points-nominee': '/points/nominee',
  'points-say': '/points/appeal',
  'deed-review': '/grid/deed',
  'deed-typed-word': '/grid/deed',
  'deed-paper': '/grid/paper',
}

/** Left: what officials say. Right: what we say instead. */
export const PLAIN: readonly [not: RegExp, but: string][] = [
  [/提交成功/, '收到了。编号……'],
  [/系统异常/, '网络不通，您写的已存在手机里'],
  [/审核驳回/, '这次没通过：原因。您可以改了再交'],
  [/权限不足|没有权限/, '这一步要某某来办'],
  [/逾期未办/, '说好哪天，现在晚了几天'],
  [/诉求|提报/, '事情、说一说'],
  [/赋能|打卡/, '（不用）'],
  [/闭环/, '办完'],
  [/[！]/, '。'],
]
