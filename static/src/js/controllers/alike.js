import { Controller } from "@hotwired/stimulus"

const WAIT = 500 // milliseconds
const LEAST = 6 // letters: fewer say nothing yet

/** Shows what is like the thing that is being written, in the frame inside. Without a script it is shown after sending. */
export default class extends Controller {
  static values = { address: String }

  disconnect() {
    clearTimeout(this.timer)
  }

  look({ target }) {
    clearTimeout(this.timer)
    if (target.value.trim().length < LEAST) return
    this.timer = setTimeout(() => {
      const said = new FormData(target.form)
      const asked = new URLSearchParams(["title", "municipality_id", "topic_id"].map((name) => [name, said.get(name) ?? ""]))
      this.element.querySelector("turbo-frame").src = `${this.addressValue}?${asked}`
    }, WAIT)
  }
}
