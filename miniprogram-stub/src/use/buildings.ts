/** The buildings of a community, to choose from. */
import { call } from '../api/client'

interface Building {
  id?: string
  name?: string
}

export async function buildingChoices(community_id: string) {
  const path = { community_id }
  const { items } = await call('get', '/api/v1/communities/{community_id}/buildings', { path })
  return asChoices(items ?? [])
}

/** 2号楼 before 10号楼. */
export function asChoices(buildings: readonly Building[]): { value: string; label: string }[] {
  return buildings
    .map(({ id = '', name = '' }) => ({ value: id, label: name }))
    .sort((one, other) => parseInt(one.label) - parseInt(other.label))
}
