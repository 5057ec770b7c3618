// What a page shows of its rooms, and how it stays level. The `number` of a <live-room> is the truth about what the page
// shows: it is part of the page, so it is right in Turbo's cache, after a morph and after the back button too.

import { announce } from "../announce"
import { showNotice } from "../notices"
import { renderStreams } from "../streams"
import { learnTime } from "../time"

const GAP = 300 // milliseconds to wait for a change that is late
const SPREAD = 3000 // milliseconds over which pages enter again, so that they do not come all at once
const MINUTE = 60000
const POLL = 20000
const ANSWER = 10000
const RELOAD_PAUSE = 10000

export class Rooms {
  constructor(socket, Turbo, line) {
    Object.assign(this, { socket, Turbo, line, expected: 0 })
    this.rooms = new Map()
    this.versions = new Map()
    setInterval(() => this.#poll(), POLL)
  }

  /** Connected: enter everything that the page shows; after a loss a little later, as others come back too. */
  arrive() {
    clearTimeout(this.lost)
    this.lost = null
    if (this.isSignedOut) this.drawAnew() // signed in again: the page needs new tokens
    this.isSignedOut = false
    this.versions.clear() // a server that started anew counts states from the start
    if (this.hasBeenHere) this.line.say("behind")
    for (const id of this.#shown()) this.hasBeenHere ? this.enterSoon(id) : this.enter(id)
    this.hasBeenHere = true
  }

  /** Whoever made this page is signed in no more. It stays as it is, with what was typed, until they are again. */
  signOut() {
    this.isSignedOut = true
    clearTimeout(this.lost)
    this.lost = null
    this.line.say("out")
  }

  depart(grace) {
    if (this.isSignedOut) return
    this.lost ??= setTimeout(() => {
      this.line.say("lost")
      this.#poll()
    }, grace)
    for (const room of this.rooms.values()) {
      clearTimeout(room.timer)
      room.isIn = false
    }
  }

  /** The socket is open while a page shows a room, or offers a live deed. */
  settle() {
    const isWanted = document.querySelector("live-room, [data-deed]")
    if (isWanted && !this.socket.active) this.socket.connect()
    if (!isWanted && this.socket.active) this.#rest()
    this.line.show()
  }

  /** Nothing here is live: that there is no connection is as it should be, and the next page enters at once. */
  #rest() {
    this.socket.disconnect()
    clearTimeout(this.lost)
    this.lost = null
    this.hasBeenHere = false
    this.line.say("")
  }

  enterAll() {
    if (this.socket.connected) for (const id of this.#shown()) this.enter(id)
    else this.#poll()
  }

  /** What is known about the room may be out of date, also an answer that is still under way. */
  enterSoon(id) {
    Object.assign(this.#of(id), { isIn: false, isDoubtful: true })
    this.#enterIn(id, Math.random() * SPREAD)
  }

  async enter(id) {
    const room = this.#of(id)
    if (!this.socket.connected || room.isEntering || !this.#element(id)) return
    Object.assign(room, { isEntering: true, isDoubtful: false })
    const asked = Date.now()
    const answer = await this.socket.timeout(ANSWER).emitWithAck("enter", { room: id, number: this.#number(id) }).catch(() => null)
    room.isEntering = false
    if (!this.#element(id)) return this.close(id)
    if (!answer) return this.#enterIn(id, SPREAD)
    if (answer.error === "signed_out") return // and the server hangs up
    if (!answer.ok) return /not_found|forbidden/.test(answer.error) ? this.leaveForGood(id) : this.#enterIn(id, 2 * SPREAD)

    learnTime(answer.now, asked)
    room.isIn = true
    this.#allow(id, answer.may)
    this.#enterIn(id, room.isDoubtful ? Math.random() * SPREAD : MINUTE * (0.75 + Math.random() / 2))
    if (answer.reload) return this.drawAnew()
    for (const [number, html] of answer.changes ?? []) if (number > this.#number(id)) this.#apply(id, number, html)
    if (answer.number > this.#number(id)) this.#set(id, answer.number)
    this.#drain(id)
    this.#tell()
  }

  /** A change that comes in order is shown; one that comes too early waits for those before it. */
  hear(id, number, html) {
    const room = this.rooms.get(id)
    if (!room || !this.#element(id) || number <= this.#number(id)) return
    room.latest = Math.max(room.latest, number)
    room.early.set(number, html)
    this.#drain(id)
  }

  /** Unnumbered: the latest version wins. */
  hearState({ room, on, version, html }) {
    const key = `${room}:${on}`
    if (!this.#element(room) || version <= (this.versions.get(key) ?? -1)) return
    this.versions.set(key, version)
    renderStreams(this.Turbo, html)
  }

  /** After the page was drawn anew. */
  check(id) {
    const room = this.rooms.get(id)
    if (room && !room.isApplying && room.latest > this.#number(id)) this.#drain(id)
  }

  close(id) {
    if (this.#element(id)) return
    const room = this.rooms.get(id)
    clearTimeout(room?.timer)
    clearTimeout(room?.gap)
    if (this.rooms.delete(id) && this.socket.connected) this.socket.emit("leave", { room: id }, () => {})
  }

  /** The person may not be here any more: the page says so by itself, once it is loaded again. */
  leaveForGood(id) {
    if (this.#element(id)) this.drawAnew("gone")
  }

  #drain(id) {
    const room = this.#of(id)
    for (const number of [...room.early.keys()].sort((a, b) => a - b)) {
      if (number > this.#number(id) + 1) break
      const html = room.early.get(number)
      room.early.delete(number)
      if (number > this.#number(id)) this.#apply(id, number, html)
    }
    clearTimeout(room.gap)
    room.gap = this.#isBehind(id) ? setTimeout(() => this.#catchUp(id), GAP) : null
  }

  #apply(id, number, html) {
    const room = this.#of(id)
    room.isApplying = true
    for (const text of renderStreams(this.Turbo, html, () => this.drawAnew())) announce(text)
    this.#set(id, number)
    room.isApplying = false
  }

  async #catchUp(id) {
    const room = this.#of(id)
    if (room.isCatchingUp || !this.#element(id)) return
    room.isCatchingUp = true
    if (this.#isBehind(id)) this.line.say("behind")
    const after = this.#number(id)
    const answer = await fetch(`/rooms/${id}/changes?after=${after}&account=${document.documentElement.dataset.account ?? ""}`, { headers: { Accept: "text/vnd.turbo-stream.html" } }).catch(() => null)
    const html = answer?.ok ? await answer.text().catch(() => null) : null
    room.isCatchingUp = false
    if (!this.#element(id)) return false
    if (answer?.status === 401) return this.signOut()
    if (answer?.status === 404 || answer?.status === 403) return this.leaveForGood(id)
    if (html === null) {
      if (this.socket.connected) this.#enterIn(id, SPREAD)
      return false
    }
    const number = Number(answer.headers.get("Change-Number"))
    // Things as they are now, each once: right from wherever the page has come to meanwhile.
    if (number > this.#number(id)) this.#apply(id, number, html)
    this.#drain(id)
    this.#tell()
    return true
  }

  /** Without a socket the page asks every 20 seconds; after signing out, whether they are signed in again. */
  async #poll() {
    if (this.socket.connected || document.hidden) return
    if (this.isSignedOut) return this.socket.connect()
    const asked = await Promise.all(this.#shown().map((id) => this.#catchUp(id)))
    if (!this.socket.connected && !this.isSignedOut && asked.length) this.line.say(asked.every(Boolean) ? "slow" : "lost")
  }

  #tell() {
    if (!this.socket.connected) return
    const ids = this.#shown()
    if (ids.every((id) => this.#of(id).isIn && !this.#isBehind(id))) this.line.say("connected")
    else if (ids.some((id) => this.#isBehind(id))) this.line.say("behind")
  }

  /** What the reader may do here has come with the answer; the style sheet shows what fits. */
  #allow(id, may) {
    if (!may) return
    for (const element of document.querySelectorAll(`[data-room="${id}"]`)) element.dataset.may = may.join(" ")
  }

  /** Somebody has sent a form or gone on: drawing this page anew now would throw away the answer, and what it tells only once. */
  expectPage() {
    this.expected = Date.now()
  }

  /** It shows what is so; should it be older than what was heard, its number says so. */
  pageCame() {
    this.expected = 0
    clearTimeout(this.reloading)
  }

  /** The page is drawn anew where it stands, and typed text stays. Not again and again: a page may stay as it is. */
  drawAnew(notice) {
    const last = Number(sessionStorage.getItem("reloaded"))
    const wait = Math.max(RELOAD_PAUSE + last, ANSWER + this.expected) - Date.now()
    clearTimeout(this.reloading)
    if (wait > 0) return void (this.reloading = setTimeout(() => this.drawAnew(notice), wait))
    sessionStorage.setItem("reloaded", Date.now())
    if (notice) addEventListener("turbo:load", () => showNotice(notice), { once: true })
    this.Turbo.visit(location.href, { action: "replace" })
  }

  #enterIn(id, wait) {
    const room = this.#of(id)
    clearTimeout(room.timer)
    room.timer = setTimeout(() => this.enter(id), wait)
  }

  #of(id) {
    if (!this.rooms.has(id)) this.rooms.set(id, { early: new Map(), latest: 0 })
    return this.rooms.get(id)
  }

  #isBehind(id) {
    return this.#of(id).latest > this.#number(id)
  }

  #shown() {
    return [...new Set([...document.querySelectorAll("live-room")].map((element) => element.roomId))]
  }

  #element(id) {
    return document.querySelector(`live-room[room="${id}"]`)
  }

  #number(id) {
    return Number(this.#element(id)?.getAttribute("number"))
  }

  #set(id, number) {
    const room = this.#of(id)
    room.latest = Math.max(room.latest, number)
    for (const element of document.querySelectorAll(`live-room[room="${id}"]`)) element.setAttribute("number", number)
  }
}
