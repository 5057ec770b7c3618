import { Controller } from "@hotwired/stimulus"

/** The hidden field of a form that names one sending of it, so that a repeat happens once. Another text is another sending. */
export default class extends Controller {
  connect() {
    this.form = this.element.form
    this.form.addEventListener("submit", this.#name, true)
    for (const moment of ["input", "typed:sent"]) this.form.addEventListener(moment, this.#forget)
  }

  disconnect() {
    this.form.removeEventListener("submit", this.#name, true)
    for (const moment of ["input", "typed:sent"]) this.form.removeEventListener(moment, this.#forget)
  }

  #name = () => {
    this.element.value ||= crypto.randomUUID()
  }

  #forget = () => {
    this.element.value = ""
  }
}
