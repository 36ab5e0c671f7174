/** The rule sheet that rules the deeds of a day: the one of that day, not always the newest. */
import { nextTick, watch, type Ref } from 'vue'
import { call } from '../api/client'
import { isOfAnotherSheet, sameItem, type Claiming, type SheetItem } from '../core/claiming'

const NOT_IN_IT = '那一天的积分细则里没有这一样，请另选'

/** The newest, where no day is known yet. */
export async function sheetOf(day: string) {
  let found = await call('get', '/api/v1/virtue-bank/rules', {})
  while (day && found.sheet.version > 1 && !(found.sheet.from && found.sheet.from <= day)) {
    const path = { version: found.sheet.version - 1 }
    found = await call('get', '/api/v1/virtue-bank/rules/{version}', { path })
  }
  return found
}

/** Whoever has no network hands in what there is: it is kept, and comes back if it does not fit. */
const PATIENCE_MS = 3000

/** What is chosen is of the old sheet until the one that is being read has come. */
export function useReadAnew() {
  let reading: Promise<unknown> = Promise.resolve()
  const readAnew = (read: () => Promise<unknown>) => (reading = read())
  async function caughtUp(): Promise<void> {
    await Promise.race([reading, new Promise((enough) => setTimeout(enough, PATIENCE_MS))])
    await nextTick()
  }
  return { readAnew, caughtUp }
}

interface Shown {
  day: Ref<string>
  items: Ref<readonly SheetItem[]>
  /** From when until when the sheet that is shown rules; null: it is shown whatever the day. */
  span: () => Parameters<typeof isOfAnotherSheet>[0] | null
  reload: () => Promise<unknown>
  /** What was chosen is not in the sheet of that day. */
  lost: (words: string) => void
}

/** Another day may have another sheet; the same item of it is chosen then. */
export function useSheetOfDay<T extends Claiming>(form: Ref<T>, shown: Shown): void {
  // A day that was chosen before the sheet had come is looked at when it comes.
  watch([shown.day, () => shown.span()?.from], ([now]) => {
    const span = shown.span()
    if (span && isOfAnotherSheet(span, now)) void shown.reload()
  })
  /** Of every version seen here: a refused form comes back with what was chosen then. */
  const codes = new Map<string, string>()
  watch([shown.items, () => form.value.item], ([items, chosen]) => {
    for (const { id, code } of items) codes.set(id, code)
    const code = codes.get(chosen)
    if (!code || !items.length) return
    const item = sameItem(chosen, code, items)
    if (item === chosen) return
    form.value = { ...form.value, item }
    if (!item) shown.lost(NOT_IN_IT)
  })
}
