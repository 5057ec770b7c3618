import { Controller } from "@hotwired/stimulus"

const SECONDS = 8

/** Leaves by itself unless it carries an action, and not while somebody is at it. */
export default class extends Controller {
  static values = { stay: Boolean }

  connect() {
    // All but an open dialog can neither be seen nor used.
    const dialog = document.querySelector("dialog:modal")
    if (dialog && !dialog.contains(this.element)) {
      this.element.role = "alert"
      return (dialog.querySelector(".nw-dialog__in") ?? dialog).prepend(this.element)
    }
    if (this.stayValue) return
    this.timer = setInterval(() => this.element.matches(":hover, :focus-within") || this.close(), SECONDS * 1000)
  }

  disconnect() {
    clearInterval(this.timer)
  }

  close() {
    this.element.remove()
  }
}
