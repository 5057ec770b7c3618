import { Controller } from "@hotwired/stimulus"
import { keep, read } from "../kept"

const WAIT = 400 // milliseconds
const DAYS = 7
const FIELDS = "textarea[name], input[name]:is([type=text], [type=search], :not([type]))"

/** What was typed and not sent survives a reload, on this device, for this account. */
export default class extends Controller {
  static values = { key: String }

  connect() {
    this.element.addEventListener("input", this.#later)
    this.element.addEventListener("typed:sent", this.#forget)
    addEventListener("pagehide", this.#keepNow)
    this.#restore()
  }

  disconnect() {
    this.element.removeEventListener("input", this.#later)
    this.element.removeEventListener("typed:sent", this.#forget)
    removeEventListener("pagehide", this.#keepNow)
    this.#keepNow()
  }

  get #name() {
    return `draft:${this.keyValue}`
  }

  get #fields() {
    return [...this.element.querySelectorAll(FIELDS)]
  }

  #later = () => {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.#keep(), WAIT)
  }

  #keepNow = () => this.timer && this.#keep()

  #keep() {
    this.timer = clearTimeout(this.timer)
    const typed = this.#fields.filter((field) => field.value !== field.defaultValue)
    keep(this.#name, typed.length ? { at: Date.now(), fields: typed.map(({ name, defaultValue, value }) => [name, defaultValue, value]) } : null)
  }

  #forget = () => {
    this.timer = clearTimeout(this.timer)
    keep(this.#name, null)
  }

  /** Only where the page still says what it said when the text was typed. */
  #restore() {
    const kept = read(this.#name)
    if (!kept || Date.now() - kept.at > DAYS * 86400e3) return keep(this.#name, null)
    for (const [name, before, text] of kept.fields) {
      const field = this.#fields.find((field) => field.name === name)
      if (field && field.value === before && field.defaultValue === before) field.value = text
    }
  }
}
