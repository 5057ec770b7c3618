// A text and the server keep one another level: what is written here goes there, is acknowledged once it is stored, and until
// then counts as not sent. After a lost connection both say what they have, and each gives the other what is missing.

import { applyUpdate, decodeUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from "yjs"
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness"
import { toBytes, toText } from "./base64"

const ANSWER = 10000 // milliseconds to wait for an acknowledgement
const SPREAD = 3000 // milliseconds over which pages come back, so that they do not come all at once
const MINUTE = 60000
const PAUSE = 100 // milliseconds between two sendings: what is typed meanwhile goes together
const CARETS = 200 // milliseconds between two places of the caret
const TOO_FAST = 5000

/** Whether `mine` holds anything that `theirs` does not: new content, or a deletion. */
function saysMore(mine, theirs) {
  const { structs, ds } = decodeUpdate(mine)
  if (structs.length) return true
  const known = decodeUpdate(theirs).ds.clients
  return [...ds.clients].some(([client, deleted]) =>
    deleted.some(({ clock, len }) => !known.get(client)?.some((each) => each.clock <= clock && clock + len <= each.clock + each.len)),
  )
}

export class Exchange {
  /** `tell(state)` is called whenever something changes; `begin()` gives the id of a text that nobody has begun yet. */
  constructor({ socket, doc, awareness, draft, room, begin, tell }) {
    Object.assign(this, { socket, doc, awareness, draft, room, begin, tell })
    Object.assign(this, { isLevel: false, mayWrite: true, waiting: [], turn: 0, refusal: "", savedAt: null, wasLevel: false, isOver: false })
    this.listeners = {
      connect: () => (this.wasLevel ? this.#enterIn(Math.random() * SPREAD) : this.draft ? this.enter() : this.waiting.length && this.start()),
      disconnect: () => this.#part(),
      again: ({ room }) => room === this.room && this.#enterIn(Math.random() * SPREAD),
      gone: ({ room }) => room === this.room && this.#end("gone"),
      "draft.update": ({ draft, update }) => draft === this.draft && this.#hear(update),
      "draft.caret": ({ draft, state }) => draft === this.draft && applyAwarenessUpdate(awareness, toBytes(state), this),
    }
    for (const [event, listener] of Object.entries(this.listeners)) socket.on(event, listener)
    this.wrote = (update, origin) => origin !== this && this.#take(update)
    this.moved = ({ added, updated, removed }, origin) => this.#move({ added, updated, removed }, origin)
    doc.on("update", this.wrote)
    awareness.on("update", this.moved)
  }

  get isSaved() {
    return !this.waiting.length && !this.flying
  }

  async enter() {
    clearTimeout(this.entering)
    if (!this.socket.connected || this.isEntering || this.isOver || !this.draft) return
    this.isEntering = true
    const turn = ++this.turn
    const answer = await this.#ask("draft.enter", { draft: this.draft, vector: toText(encodeStateVector(this.doc)) })
    this.isEntering = false
    if (this.isOver || turn !== this.turn) return
    if (!answer) return this.#enterIn(SPREAD)
    if (!answer.ok) return this.#refused(answer)

    const theirs = toBytes(answer.update)
    applyUpdate(this.doc, theirs, this)
    const mine = encodeStateAsUpdate(this.doc, toBytes(answer.vector))
    this.mayWrite = answer.may_write
    this.flying = null
    this.waiting = saysMore(mine, theirs) ? [mine] : []
    this.isLevel = this.wasLevel = true
    this.refusal = ""
    this.#sendCaret()
    this.#enterIn(MINUTE * (0.75 + Math.random() / 2))
    this.#send()
  }

  /** Nobody has written here yet: the text comes into being. */
  async start() {
    if (this.draft || this.isStarting || !this.socket.connected) return
    this.isStarting = true
    const answer = await this.begin()
    this.isStarting = false
    if (this.isOver) return
    if (!answer) this.entering = setTimeout(() => this.start(), SPREAD)
    else if (answer.ok) this.join(answer.id)
    else this.#refused(answer)
  }

  /** Somebody has begun it. */
  join(draft) {
    if (this.draft) return
    this.draft = draft
    this.enter()
  }

  /** The page leaves: the others need not wait until the caret is old. */
  close() {
    this.isOver = true
    clearTimeout(this.entering)
    clearTimeout(this.sending)
    clearTimeout(this.caret)
    for (const [event, listener] of Object.entries(this.listeners)) this.socket.off(event, listener)
    this.doc.off("update", this.wrote)
    this.awareness.off("update", this.moved)
    if (!this.socket.connected || !this.draft) return
    removeAwarenessStates(this.awareness, [this.doc.clientID], this)
    this.socket.emit("draft.caret", { draft: this.draft, state: toText(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])) })
  }

  #ask(event, data) {
    return this.socket.timeout(ANSWER).emitWithAck(event, data).catch(() => null)
  }

  #take(update) {
    this.waiting.push(update)
    if (!this.draft) this.start()
    this.#send()
  }

  #hear(update) {
    applyUpdate(this.doc, toBytes(update), this)
    // Something before it has not come.
    if (this.doc.store.pendingStructs || this.doc.store.pendingDs) this.#enterIn(PAUSE)
  }

  async #send() {
    this.tell()
    if (!this.isLevel || this.flying || !this.waiting.length || !this.mayWrite || this.isPausing || this.refusal) return
    const { turn } = this
    this.flying = this.waiting.length > 1 ? mergeUpdates(this.waiting) : this.waiting[0]
    this.waiting = []
    const answer = await this.#ask("draft.update", { draft: this.draft, update: toText(this.flying) })
    if (this.isOver || turn !== this.turn) return // meanwhile both have compared what they have
    if (answer?.ok) this.savedAt = new Date()
    else this.waiting.unshift(this.flying)
    this.flying = null
    if (!answer || (!answer.ok && answer.error !== "too_fast")) return answer?.error === "too_large" ? this.#refused(answer) : this.#lost()
    this.isPausing = true
    clearTimeout(this.sending)
    this.sending = setTimeout(() => {
      this.isPausing = false
      this.#send()
    }, answer.ok ? PAUSE : TOO_FAST)
    this.tell()
  }

  /** Not known whether it arrived, or the rights have changed: entering anew answers both. */
  #lost() {
    this.isLevel = false
    this.#enterIn(Math.random() * SPREAD)
    this.tell()
  }

  #refused({ error, message }) {
    if (error === "signed_out") return this.#part()
    if (/^(not_found|forbidden)$/.test(error)) return this.#end("gone")
    if (error === "too_large") this.refusal = message
    else this.#enterIn(2 * SPREAD)
    this.tell()
  }

  #end(why) {
    this.isLevel = this.mayWrite = false
    this.isOver = why
    this.tell()
  }

  #part() {
    this.turn++
    this.isLevel = this.isEntering = false
    clearTimeout(this.entering)
    removeAwarenessStates(this.awareness, [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID), this)
    this.tell()
  }

  #enterIn(wait) {
    clearTimeout(this.entering)
    this.entering = setTimeout(() => this.enter(), wait)
  }

  #move({ added, updated, removed }, origin) {
    if (origin === this) {
      // Whoever has just come knows nobody yet.
      if (added.length) this.#sendCaretSoon(Math.random() * CARETS * 2)
      return
    }
    if ([...added, ...updated, ...removed].includes(this.doc.clientID)) this.#sendCaretSoon(CARETS)
  }

  #sendCaretSoon(wait) {
    this.caret ??= setTimeout(() => this.#sendCaret(), wait)
  }

  #sendCaret() {
    clearTimeout(this.caret)
    this.caret = null
    if (this.isLevel && this.mayWrite) this.socket.emit("draft.caret", { draft: this.draft, state: toText(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])) })
  }
}
