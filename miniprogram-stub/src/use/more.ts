/** A list that is read a page at a time; it keeps its place when the reader comes back. */
import { computed, ref, shallowRef, watch } from 'vue'
import { isProblem } from '../api/problems'
import { useLoad } from './load'
import { person } from './session'

interface Page<T> {
  items: T[]
  next: string | null
}

export function useMore<T extends { id: string }>(
  read: (after: string | null) => Promise<Page<T>>,
  options: Parameters<typeof useLoad>[1] = {},
) {
  const further = shallowRef<T[]>([])
  /** Where the next page starts, once somebody has asked for more than the first. */
  const next = ref<string | null>()
  /** The list whose next page is being read: another filter is another list. */
  let reading: object | null = null
  const first = useLoad(() => read(null), options)

  const items = computed(() => {
    const start = first.data.value?.items ?? []
    const known = new Set(start.map(({ id }) => id))
    return [...start, ...further.value.filter(({ id }) => !known.has(id))]
  })
  const cursor = computed(() =>
    next.value === undefined ? (first.data.value?.next ?? null) : next.value,
  )

  async function more(): Promise<void> {
    if (cursor.value === null || reading) return
    const mine = (reading = {})
    try {
      const page = await read(cursor.value)
      if (mine !== reading) return
      next.value = page.next
      further.value = [...further.value, ...page.items]
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      if (mine === reading) first.problem.value = thrown
    } finally {
      if (mine === reading) reading = null
    }
  }

  function forget(): void {
    reading = null
    next.value = undefined
    further.value = []
  }
  watch(person, forget, { flush: 'sync' })

  /** What the server now says of one of them. */
  function change(newest: T): void {
    const renewed = (item: T) => (item.id === newest.id ? newest : item)
    further.value = further.value.map(renewed)
    const page = first.data.value
    if (page) first.data.value = { ...page, items: page.items.map(renewed) }
  }

  /** Another filter: from the top, with nothing of the old one left. */
  function startAnew(): Promise<void> {
    forget()
    first.data.value = null
    first.problem.value = null
    return first.reload()
  }

  return { ...first, items, hasMore: computed(() => cursor.value !== null), more, change, startAnew }
}
