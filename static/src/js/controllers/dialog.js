import { Controller } from "@hotwired/stimulus"

/** A native <dialog>: closes by its buttons, and by a click beside it. */
export default class extends Controller {
  connect() {
    this.element.addEventListener("click", this.#beside)
  }

  disconnect() {
    this.element.removeEventListener("click", this.#beside)
  }

  close() {
    this.element.close()
  }

  #beside = (event) => event.target === this.element && this.element.close()
}
