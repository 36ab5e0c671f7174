/** For whom a page is open: oneself, or somebody who lets one act for them. */
import { computed, ref } from 'vue'
import { call } from '../api/client'
import { forQuery, ONESELF, principalsOf } from '../core/proxies'
import { useLoad } from './load'

const MOST = 100

export function useActing() {
  const forWhom = ref('')
  const grants = useLoad(
    () => call('get', '/api/v1/proxy-grants', { query: { limit: MOST } }),
    { copy: () => 'proxies' },
  )
  const principals = computed(() => principalsOf(grants.data.value?.items ?? []))
  /** Nobody is asked where there is nobody else. */
  const choices = computed(() => (principals.value.length ? [ONESELF, ...principals.value] : []))
  const name = computed(
    () => principals.value.find(({ value }) => value === forWhom.value)?.label ?? '',
  )
  /** What a request says; nothing for oneself. */
  const acting = computed(() => (forWhom.value ? { onBehalfOf: forWhom.value } : {}))
  /** Copies of another's are kept apart from one's own. */
  const copyOf = (own: string) => (forWhom.value ? `${own}:${forWhom.value}` : own)
  const query = (first = true) => forQuery(forWhom.value, first)
  return { forWhom, choices, name, acting, copyOf, query }
}
