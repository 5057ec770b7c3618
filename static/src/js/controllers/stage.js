import { Controller } from "@hotwired/stimulus"
import { serverTime } from "../time"

const MINUTE = 60000
const SPREAD = 2000 // milliseconds over which open pages are loaded again, so that they do not come all at once

/**
 * Follows a meeting. Its stage tells what the page should be made of (`parts`, and `items` for those who write); where
 * <main> was made of something else, the page is drawn anew: the meeting was opened or ended, an office changed hands.
 * The next item comes into sight. The item that is on is opened for writing, unless somebody is writing on another one. The end to be expected moves on
 * when the item has used up its time: it is never earlier than now and what is left for the rest (`after`, seconds).
 */
export default class extends Controller {
  static targets = ["end"]
  static values = { parts: String, items: String, current: String, end: String, after: Number, zone: String, text: String }

  connect() {
    this.clock = setInterval(() => this.#tellEnd(), MINUTE / 6)
  }

  disconnect() {
    clearTimeout(this.timer)
    clearInterval(this.clock)
  }

  #tellEnd() {
    if (!this.hasEndTarget || !this.endValue) return
    const end = Math.max(Date.parse(this.endValue), serverTime() + this.afterValue * 1000)
    const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: this.zoneValue })
    this.endTarget.textContent = this.textValue.replace("{time}", hours.format(Math.ceil(end / MINUTE) * MINUTE))
  }

  partsValueChanged() {
    this.#lookSoon()
  }

  itemsValueChanged() {
    this.#lookSoon()
  }

  currentValueChanged(now, before) {
    if (before === undefined || before === "" || now === before) return
    this.#bringIntoSight()
    if (document.activeElement?.closest("[data-stage-item]")) return
    for (const item of document.querySelectorAll("[data-stage-item]")) item.open = item.dataset.stageItem === now
  }

  /** On a phone whoever runs the meeting moves on with the bar at the thumb, wherever the page stands. */
  #bringIntoSight() {
    const isTyping = document.activeElement?.matches("input, textarea, select")
    if (isTyping || matchMedia("(min-width: 62rem)").matches || !this.element.closest('[data-may~="chair"]')) return
    this.element.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" })
  }

  #lookSoon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.#look(), Math.random() * SPREAD)
  }

  #look() {
    if (document.documentElement.hasAttribute("aria-busy")) return this.#lookSoon() // somebody has gone on to another page
    const { parts, items } = this.element.closest("main")?.dataset ?? {}
    const isOther = (made, told) => made !== undefined && made.trim() !== told.trim()
    if (isOther(parts, this.partsValue) || isOther(items, this.itemsValue)) window.Turbo.visit(location.href, { action: "replace" })
  }
}
