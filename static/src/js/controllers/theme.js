import { Controller } from "@hotwired/stimulus"

/** Light, dark or the device's: shown at once, and told to the server as the form would. */
export default class extends Controller {
  async choose(event) {
    event.preventDefault()
    const { submitter } = event
    const theme = submitter.value
    const answer = await fetch(this.element.action, { method: "POST", body: new FormData(this.element, submitter), redirect: "manual" }).catch(() => null)
    if (!answer || answer.status >= 400) return
    if (theme) document.documentElement.dataset.theme = theme
    else delete document.documentElement.dataset.theme
    document.querySelector("meta[name=color-scheme]").content = theme || "light dark"
    for (const button of this.element.querySelectorAll("button")) button.toggleAttribute("aria-current", button === submitter)
    submitter.setAttribute("aria-current", "true")
  }
}
