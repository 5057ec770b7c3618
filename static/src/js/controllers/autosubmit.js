import { Controller } from "@hotwired/stimulus"

const WAIT = 300 // milliseconds

/** A filter form that sends itself. Without a script there is a button. */
export default class extends Controller {
  connect() {
    this.element.addEventListener("input", this.#later)
  }

  disconnect() {
    this.element.removeEventListener("input", this.#later)
    clearTimeout(this.timer)
  }

  #later = () => {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.element.requestSubmit(), WAIT)
  }
}
