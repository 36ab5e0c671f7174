/** The buildings and households of a worker's own grid, to choose from. */
import { call, type Answer } from '../../api/client'
import type { Choice } from '../core/acts'
import { buildingsServed, type GridNode } from '../core/work'
import { asChoices } from '../../use/buildings'

type Page = Answer<'/api/v1/households', 'get'>
type Household = Page['items'][number]

const MOST = 100

export async function myBuildings(community_id: string, me: string): Promise<Choice[]> {
  const path = { community_id }
  const { grids } = await call('get', '/api/v1/communities/{community_id}/grid', { path })
  return asChoices(buildingsServed((grids ?? []) as GridNode[], me))
}

/** The households of a dwelling, told apart by who lives in them. */
export async function householdChoices(
  building_id: string,
  isThere: (household: Household) => boolean,
): Promise<Choice[]> {
  const there: Household[] = []
  let after: string | null = null
  do {
    const query = { building_id, limit: MOST, after } as { building_id: string }
    const page: Page = await call('get', '/api/v1/households', { query })
    there.push(...page.items.filter(isThere))
    after = page.next
  } while (after)
  return there.map(({ id = '', people = [] }) => ({
    value: id,
    label: people.map(({ name }) => name).filter(Boolean).join('、') || '没有登记姓名的一户',
  }))
}
