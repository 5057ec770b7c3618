import { Controller } from "@hotwired/stimulus"

/** One box that checks all the others. It is hidden until there is a script. */
export default class extends Controller {
  static targets = ["all", "box"]

  connect() {
    this.allTarget.closest("[hidden]")?.removeAttribute("hidden")
    this.show()
  }

  all() {
    for (const box of this.boxTargets) if (!box.disabled) box.checked = this.allTarget.checked
  }

  show() {
    const checked = this.boxTargets.filter((box) => box.checked).length
    this.allTarget.checked = checked > 0 && checked === this.boxTargets.length
    this.allTarget.indeterminate = checked > 0 && checked < this.boxTargets.length
  }
}
