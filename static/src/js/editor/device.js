// The copy of a text that this browser keeps, so that nothing is lost in a tunnel or by a closed window. It belongs to the
// account: it goes when they sign out, when they may no longer see the text, and when they do not want it kept here.

import { applyUpdate, encodeStateAsUpdate } from "yjs"
import { keep, read } from "../kept"

const MOST = 100 // rows of one text before they are made into one
const OLDEST = 30 * 86400e3 // milliseconds after which a text that nobody opened here is let go
const PATIENCE = 3000 // milliseconds that a browser may take to open its storage

const name = () => `network:${document.documentElement.dataset.account}:drafts`
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

let opening
let hasGone = false // somebody has signed out in another window: nothing more is kept here for them

function database() {
  if (hasGone) return Promise.reject()
  opening ??= new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE)
    const request = indexedDB.open(name(), 1)
    request.onupgradeneeded = () => request.result.createObjectStore("updates", { autoIncrement: true }).createIndex("draft", "draft")
    request.onerror = reject
    request.onsuccess = () => {
      const opened = request.result
      opened.onversionchange = () => {
        hasGone = true
        opened.close()
      }
      keep("drafts", true) // so that it is found when the browser is somebody else's
      resolve(opened)
    }
  })
  opening.catch(() => (opening = null))
  return opening
}

const rows = async () => (await database()).transaction("updates", "readwrite").objectStore("updates")

export const isWanted = () => !read("unkept")

/** Keeps texts on this device, or keeps none from now on. */
export function want(wanted) {
  keep("unkept", wanted ? null : true)
  if (!wanted) rows().then((store) => store.clear()).catch(() => {})
}

async function remove(store, draft) {
  for (const key of await done(store.index("draft").getAllKeys(draft))) store.delete(key)
}

async function removeOld(store) {
  const latest = new Map()
  for (const { draft, at } of await done(store.getAll())) latest.set(draft, at)
  for (const [draft, at] of latest) if (Date.now() - at > OLDEST) await remove(store, draft)
}

export class Device {
  /** `draft`: its id, or the name of what it will belong to. */
  constructor(doc, draft) {
    Object.assign(this, { doc, draft, isKept: false, hadText: false })
    this.listen = (update, origin) => origin !== this && this.#keep(update)
    doc.on("update", this.listen)
  }

  /** Brings what is kept into the document. */
  async load() {
    if (!isWanted()) return
    try {
      const store = await rows()
      const kept = await done(store.index("draft").getAll(this.draft))
      for (const { update } of kept) applyUpdate(this.doc, update, this)
      this.isKept = true
      this.hadText = kept.length > 0
      if (kept.length > MOST) {
        await remove(store, this.draft)
        store.put({ draft: this.draft, update: encodeStateAsUpdate(this.doc), at: Date.now() })
      }
      await removeOld(store)
    } catch {
      this.isKept = false // full, forbidden, or private: the line below the text says so
    }
  }

  /** A text that has got its id is kept under it. */
  async rename(draft) {
    await this.forget()
    this.draft = draft
    this.#keep(encodeStateAsUpdate(this.doc))
  }

  async forget() {
    await rows().then((store) => remove(store, this.draft)).catch(() => {})
  }

  close() {
    this.doc.off("update", this.listen)
  }

  async #keep(update) {
    if (!isWanted()) return void (this.isKept = false)
    try {
      const store = await rows()
      await done(store.put({ draft: this.draft, update, at: Date.now() }))
      this.isKept = true
    } catch {
      this.isKept = false
    }
  }
}
