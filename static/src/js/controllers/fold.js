import { Controller } from "@hotwired/stimulus"

/** A detail that is long on a phone and stands open where there is room for it. */
export default class extends Controller {
  connect() {
    if (matchMedia("(min-width: 62rem)").matches) this.element.open = true
  }
}
