import { Controller } from "@hotwired/stimulus"
import { announce } from "../announce"
import { serverTime } from "../time"

const MINUTE = 60

/** The running time of an item, counted between the server's times. It speaks once only: at the last minute. */
export default class extends Controller {
  static targets = ["time", "bar", "left"]
  static values = { started: String, spent: Number, planned: Number, paused: Boolean, left: String, over: String, last: String }

  connect() {
    this.timer = setInterval(() => this.show(), 1000)
    this.show()
  }

  disconnect() {
    clearInterval(this.timer)
  }

  startedValueChanged() {
    this.show()
  }

  show() {
    const seconds = this.#seconds()
    const planned = this.plannedValue
    const left = planned - seconds
    this.timeTarget.textContent = inMinutes(seconds)
    if (!planned) return
    if (this.hasBarTarget) this.barTarget.value = Math.min(seconds, planned)
    if (this.hasLeftTarget) {
      const words = left >= 0 ? this.leftValue : this.overValue
      this.leftTarget.textContent = words.replace("{n}", left >= 0 ? Math.ceil(left / MINUTE) : Math.ceil(-left / MINUTE))
    }
    const state = left < 0 ? "over" : left <= MINUTE ? "last" : ""
    if (state === "last" && this.element.dataset.state === "" && this.#isRunning) announce(this.lastValue)
    this.element.dataset.state = state
  }

  get #isRunning() {
    return this.startedValue && !this.pausedValue
  }

  #seconds() {
    const running = this.#isRunning ? (serverTime() - Date.parse(this.startedValue)) / 1000 : 0
    return Math.max(0, Math.floor(this.spentValue + running))
  }
}

const inMinutes = (seconds) => `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`
