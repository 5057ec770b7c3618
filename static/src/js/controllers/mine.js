import { Controller } from "@hotwired/stimulus"

/** Marks what the reader wrote or is: fragments are the same for everybody and carry only the author's id. */
export default class extends Controller {
  connect() {
    this.element.toggleAttribute("data-mine", this.element.dataset.author === document.documentElement.dataset.account)
  }
}
