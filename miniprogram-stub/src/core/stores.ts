/** What the core needs of the phone's storage, and what is kept under which name. */

export interface Store {
  get<T>(name: string): T | null
  set(name: string, value: unknown): void
  remove(name: string): void
  names(): string[]
}

/** Everything under one person's name is wiped when they sign out. */
export const personal = (person: string, name: string): string => `p:${person}:${name}`

/** Who types before signing in; their words become the person's at the sign-in. */
export const NOBODY = 'nobody'

export function wipe(store: Store, person: string): void {
  for (const name of store.names()) if (name.startsWith(personal(person, ''))) store.remove(name)
}

/** A full phone: saved copies can be read again, what was written cannot. False if there are none. */
export function makeRoom(store: Store): boolean {
  const copies = store.names().filter((name) => /^p:[^:]*:copy:/.test(name))
  for (const name of copies) store.remove(name)
  return copies.length > 0
}

/** What somebody wrote before signing in goes over to them; it replaces nothing of theirs. */
export function adopt(store: Store, person: string): void {
  for (const name of store.names()) {
    if (!name.startsWith(personal(NOBODY, ''))) continue
    const theirs = personal(person, name.slice(personal(NOBODY, '').length))
    if (store.get(theirs) === null) store.set(theirs, store.get(name))
    store.remove(name)
  }
}
