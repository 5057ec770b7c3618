// Who is here and who is writing: signals that are not kept, and forgotten after a while.

const HERE = 60000
const GONE = 2.5 * HERE
const TYPING = 3000
const STILL = 6000

export class Presence {
  constructor(room, on, show) {
    Object.assign(this, { room, on, show, here: new Map(), typing: new Map(), own: Number(document.documentElement.dataset.account) })
    addEventListener("live:heard", this.#hear)
    addEventListener("live:connected", this.#greetSoon)
    this.timers = [setInterval(() => this.greet(), HERE), setInterval(() => this.#forget(), 1000)]
    this.#greetSoon()
  }

  stop() {
    removeEventListener("live:heard", this.#hear)
    removeEventListener("live:connected", this.#greetSoon)
    this.timers.forEach(clearInterval)
    clearTimeout(this.soon)
  }

  greet() {
    if (!document.hidden) this.#signal("here")
  }

  type() {
    if (Date.now() - (this.typed ?? 0) < TYPING) return
    this.typed = Date.now()
    this.#signal("typing")
  }

  /** Their message has come: they write no more. */
  wrote(who) {
    if (this.typing.delete(who)) this.show()
  }

  #signal(kind) {
    dispatchEvent(new CustomEvent("live:signal", { detail: { room: this.room, kind, on: this.on } }))
  }

  // Many who come at once are answered once; and whoever opens a page has to be in its room first.
  #greetSoon = () => {
    clearTimeout(this.soon)
    this.soon = setTimeout(() => this.greet(), 500 + Math.random() * 1500)
  }

  #hear = ({ detail: { room, kind, who } }) => {
    if (room !== this.room || who === this.own) return
    if (!this.here.has(who)) this.#greetSoon()
    this.here.set(who, Date.now())
    if (kind === "typing") this.typing.set(who, Date.now())
    this.show()
  }

  #forget() {
    const past = [[this.here, GONE], [this.typing, STILL]]
    let isLess = false
    for (const [who, long] of past) for (const [id, at] of who) if (Date.now() - at > long) isLess = who.delete(id)
    if (isLess) this.show()
  }
}
