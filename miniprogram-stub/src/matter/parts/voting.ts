/** 表态, one statement after the other: the server chooses the next one as long as it can. */
import { computed, ref, shallowRef, type Ref } from 'vue'
import { call } from '../../api/client'
import { isProblem, type Problem } from '../../api/problems'
import { isOpen, nextKnown, voteText, type Statement } from '../../core/opinions'
import { useSubmit } from '../../use/outbox'

interface Asked {
  id: string
  no: number
  text: string
}

export function useVoting(conversation: Ref<string>, known: () => readonly Statement[]) {
  const { sending, submit } = useSubmit()
  const current = shallowRef<Asked | null>(null)
  const left = ref<number | null>(null)
  /** Of the statement shown: what was said of it before. */
  const before = ref<number | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const said = ref('')
  const answered = new Set<string>()
  let isBusy = false

  const isDone = computed(() => left.value === 0 && current.value === null)

  async function next(): Promise<void> {
    before.value = null
    try {
      const path = { conversation_id: conversation.value }
      const found = await call('get', '/api/v1/conversations/{conversation_id}/next', { path })
      problem.value = null
      left.value = found.left
      current.value = found.statement
      if (!found.statement || !answered.has(found.statement.id)) return
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      problem.value = thrown.kind === 'offline' ? null : thrown
    }
    // Offline, or the last answer waits on the phone and the server asks for it once more.
    current.value = problem.value ? null : nextKnown(known(), answered)
    left.value = known().filter((one) => isOpen(one, answered)).length
  }

  /** Show one again that was answered; another answer takes the place of the first. */
  function again(statement: Asked, mine: number | null): void {
    current.value = statement
    before.value = mine
    said.value = ''
  }

  async function vote(value: number): Promise<void> {
    const statement = current.value
    if (!statement || isBusy) return
    isBusy = true
    try {
      answered.add(statement.id)
      const outcome = await submit({
        kind: 'opinion',
        title: `${voteText(value)}：${statement.text}`,
        steps: [{ method: 'put', path: `/api/v1/statements/${statement.id}/vote`, body: { value } }],
      })
      said.value = outcome.state === 'sent' ? `第${statement.no}条记下了：${voteText(value)}` : ''
      if (outcome.state === 'refused') answered.delete(statement.id)
      else if (outcome.state !== 'full') await next()
    } finally {
      isBusy = false
    }
  }

  return { sending, current, left, before, problem, said, isDone, next, again, vote }
}
