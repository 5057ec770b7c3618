import { Controller } from "@hotwired/stimulus"

/** A button that prints; hidden until there is a script. */
export default class extends Controller {
  connect() {
    this.element.hidden = false
  }

  print() {
    window.print()
  }
}
