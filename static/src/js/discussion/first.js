import { Controller } from "@hotwired/stimulus"
import { mark, markOf } from "./marks"
import { Names } from "./names"

/** Where the first message is written, before there is a discussion: the names under an @, and the small markup. */
export default class extends Controller {
  static targets = ["names", "text"]
  static values = { people: String, all: String }

  connect() {
    this.names = new Names(this.textTarget, this.namesTarget, () => (this.asked ??= this.#people()), true)
    if (document.activeElement === this.textTarget) this.typed() // on a slow line one has begun already
  }

  disconnect() {
    this.names.close()
  }

  key(event) {
    if (event.isComposing) return
    const shortcut = markOf(event)
    if (!event.shiftKey && this.names.take(event)) event.preventDefault()
    else if (shortcut) {
      event.preventDefault()
      mark(this.textTarget, shortcut)
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.textTarget.form.requestSubmit()
    }
  }

  typed() {
    this.names.look()
  }

  closeNames() {
    this.names.close()
  }

  chooseName(event) {
    event.preventDefault() // the focus stays in the text
    const option = event.target.closest("[role=option]")
    if (option) this.names.choose(option)
  }

  mark({ currentTarget }) {
    mark(this.textTarget, currentTarget.dataset.mark)
  }

  async #people() {
    const answer = await fetch(this.peopleValue).catch(() => null)
    if (!answer?.ok) this.asked = null // asked again at the next letter
    const people = answer?.ok ? await answer.json() : []
    return this.allValue ? [{ id: "all", name: this.allValue.slice(1) }, ...people] : people
  }
}
