import { Controller } from "@hotwired/stimulus"

/** A <details> that behaves like a menu: Escape and a click elsewhere close it, the focus goes back. */
export default class extends Controller {
  connect() {
    addEventListener("click", this.#elsewhere)
    this.element.addEventListener("keydown", this.#escape)
  }

  disconnect() {
    removeEventListener("click", this.#elsewhere)
    this.element.removeEventListener("keydown", this.#escape)
    this.element.open = false // so that a page in Turbo's cache comes back closed
  }

  #elsewhere = ({ target }) => {
    const isChosen = this.element.contains(target) && target.closest("a, button")
    if (isChosen || !this.element.contains(target)) this.element.open = false
  }

  #escape = (event) => {
    if (event.key !== "Escape" || !this.element.open) return
    event.stopPropagation()
    this.element.open = false
    this.element.querySelector("summary").focus()
  }
}
