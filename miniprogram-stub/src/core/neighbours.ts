/** Finding the one neighbour a claim names, by what a neighbour knows. */

export interface Seeking {
  name: string
  buildingId: string
  unitNo: string
  roomNo: string
}

/** What is asked one after the other; the dwelling only where several bear the name. */
export type Step = 'name' | 'building' | 'dwelling'
export type MissingInSeeking = Partial<Record<Step, string>>

interface Choice {
  value: string
  label: string
}

export const TOO_OFTEN = '/problems/sought-too-often'
export const NO_NETWORK = '现在没有网，找不了。'
/** What else can be done, where there are words to write it into, and where there are none. */
export const WRITE_IT = '可以写进文字里，网格员会去问。'
export const SAY_IT = '可以告诉网格员，或打居委会电话，替您记下来。'
const LEAST_NAME = 2

export function emptySeeking(): Seeking {
  return { name: '', buildingId: '', unitNo: '', roomNo: '' }
}

export function missingInSeeking(seeking: Seeking, steps: readonly Step[]): MissingInSeeking {
  const missing: MissingInSeeking = {}
  if ([...seeking.name.replace(/\s/g, '')].length < LEAST_NAME) missing.name = '请写姓和名'
  if (!seeking.buildingId) missing.building = '请选几号楼'
  if (!seeking.roomNo.trim()) missing.dwelling = '请写房号'
  return Object.fromEntries(steps.flatMap((step) => (missing[step] ? [[step, missing[step]]] : [])))
}

export function bodyOf({ name, buildingId, unitNo, roomNo }: Seeking) {
  return {
    name: name.trim(),
    building_id: buildingId,
    unit_no: unitNo.trim(),
    room_no: roomNo.trim(),
  }
}

/** What follows when it is nobody, several, or whoever asks. */
export function answerWords(
  outcome: string,
  seeking: Seeking,
  buildings: readonly Choice[],
  otherwise = WRITE_IT,
): string {
  const building = nameOf(seeking.buildingId, buildings)
  const name = seeking.name.trim()
  if (outcome === 'yourself') return '这是您自己，不用找。'
  if (outcome === 'several') {
    return seeking.roomNo.trim()
      ? `还是分不清是哪一位。${otherwise}`
      : `${building}不止一位叫“${name}”，请再写住几单元、几号房。`
  }
  const where = seeking.roomNo.trim() ? `${building}这个门牌` : building
  return `${where}没有找到“${name}”。看看姓名是不是全名、楼号对不对。找不到也不要紧，${otherwise}`
}

/** As it is told in words where nobody is found: 李奶奶，3号楼 */
export function inWords(seeking: Seeking, buildings: readonly Choice[]): string {
  const { name, buildingId, unitNo, roomNo } = seeking
  const unit = unitNo.trim() && `${unitNo.trim().replace(/单元$/, '')}单元`
  const home = `${nameOf(buildingId, buildings)}${unit}${roomNo.trim()}`
  return [name.trim(), home].filter(Boolean).join('，')
}

function nameOf(id: string, buildings: readonly Choice[]): string {
  return buildings.find(({ value }) => value === id)?.label ?? ''
}
