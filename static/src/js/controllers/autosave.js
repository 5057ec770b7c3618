import { Controller } from "@hotwired/stimulus"
import { keep, read } from "../kept"

const PAUSE = 1500 // milliseconds without a key
const AGAIN = 15000 // milliseconds until the next try without a connection

/**
 * A text that saves itself and never overwrites somebody else's: it sends the revision that it is based on.
 * 200 {revision, saved_at} | 409 {text, revision} | 422 {error}. Without a connection the text waits in this browser.
 */
export default class extends Controller {
  static targets = ["text", "revision", "state", "versions", "theirs", "mine"]
  static values = { url: String, source: String, revision: Number, saving: String, saved: String, unsaved: String, offline: String, conflict: String }

  connect() {
    this.saved = this.textTarget.defaultValue
    this.element.addEventListener("submit", this.#submit)
    addEventListener("online", this.save)
    addEventListener("pagehide", this.#keep)
    addEventListener("streams:rendered", this.#follow)
    const kept = read(this.#name)
    if (!kept || kept.text === this.saved) return keep(this.#name, null)
    this.textTarget.value = kept.text
    this.revisionValue = kept.revision // if the server has moved on, it will say so, and both texts are shown
    this.typed()
  }

  disconnect() {
    this.element.removeEventListener("submit", this.#submit)
    removeEventListener("online", this.save)
    removeEventListener("pagehide", this.#keep)
    removeEventListener("streams:rendered", this.#follow)
    clearTimeout(this.timer)
    this.#keep()
    if (this.#isDirty && !this.conflict) this.#post() // somebody went on to another page
  }

  /** The page was drawn anew with a newer text, and nothing has been typed. */
  revisionValueChanged() {
    if (this.textTarget.value === this.textTarget.defaultValue) this.saved = this.textTarget.value
  }

  typed() {
    this.element.toggleAttribute("data-keep", this.#isDirty)
    if (this.conflict) return
    this.#show("unsaved", this.unsavedValue)
    this.#later(PAUSE)
  }

  save = async () => {
    clearTimeout(this.timer)
    if (!this.#isDirty || this.conflict) return
    if (this.sending) return this.#later(PAUSE)
    const text = this.textTarget.value
    this.#keep()
    this.#show("saving", this.savingValue)
    this.sending = true
    const answer = await this.#post()
    this.sending = false
    const said = answer && (await answer.json().catch(() => null))
    if (answer?.ok && said) this.#took(text, said)
    else if (answer?.status === 409 && said) this.#showBoth(said)
    else if (answer?.status < 500 && said?.error) this.#show("unsaved", said.message ?? said.error)
    else {
      this.#show("unsaved", this.offlineValue)
      this.#later(AGAIN)
    }
  }

  /** Both texts, one below the other. */
  both() {
    this.#settle(`${this.conflict.text.trimEnd()}\n\n${this.textTarget.value}`)
  }

  keepMine() {
    this.#settle(this.textTarget.value)
  }

  takeTheirs() {
    this.#settle(this.conflict.text)
  }

  get #name() {
    return `text:${this.urlValue}`
  }

  get #isDirty() {
    return this.textTarget.value !== this.saved
  }

  #later(wait) {
    clearTimeout(this.timer)
    this.timer = setTimeout(this.save, wait)
  }

  #post() {
    const facts = new FormData(this.element)
    facts.set("revision", this.revisionValue)
    const token = document.querySelector("#deed [name=csrf_token]")?.value
    if (token) facts.set("csrf_token", token)
    return fetch(this.urlValue, { method: "POST", body: facts, headers: { Accept: "application/json" }, keepalive: true }).catch(() => null)
  }

  #took(text, { revision, saved_at }) {
    this.saved = text
    this.revisionValue = revision
    this.revisionTarget.value = revision
    this.element.toggleAttribute("data-keep", this.#isDirty)
    if (this.#isDirty) return this.typed()
    this.textTarget.defaultValue = text
    keep(this.#name, null)
    this.#show("saved", this.savedValue.replace("{time}", saved_at))
  }

  #showBoth(theirs) {
    this.conflict = theirs
    this.theirsTarget.textContent = theirs.text
    this.mineTarget.textContent = this.textTarget.value
    this.versionsTarget.hidden = false
    this.#show("conflict", this.conflictValue)
  }

  /** Somebody else has written: whoever has not typed anything goes on from the new text (`source`: where readers see it). */
  #follow = async () => {
    const shown = document.getElementById(this.sourceValue)?.querySelector("[data-revision]")?.dataset.revision
    if (!(Number(shown) > this.revisionValue) || this.#isBusy) return
    const answer = await fetch(this.urlValue, { headers: { Accept: "application/json" } }).catch(() => null)
    const said = answer?.ok && (await answer.json().catch(() => null))
    if (!said || this.#isBusy) return
    const { selectionStart, selectionEnd } = this.textTarget
    this.textTarget.value = said.text
    if (this.textTarget === document.activeElement) this.textTarget.setSelectionRange(selectionStart, selectionEnd)
    this.#took(said.text, said)
    this.#show("", "")
  }

  get #isBusy() {
    return this.#isDirty || this.sending || Boolean(this.conflict)
  }

  /** The text now stands on the other's revision. */
  #settle(text) {
    this.saved = this.conflict.text
    this.revisionValue = this.conflict.revision
    this.conflict = null
    this.versionsTarget.hidden = true
    this.textTarget.value = text
    this.textTarget.focus()
    if (this.#isDirty) this.save()
    else this.#took(text, { revision: this.revisionValue, saved_at: "" })
  }

  #keep = () => keep(this.#name, this.#isDirty ? { text: this.textTarget.value, revision: this.revisionValue } : null)

  #submit = (event) => {
    event.preventDefault()
    this.save()
  }

  #show(state, words) {
    this.stateTarget.dataset.state = state
    this.stateTarget.textContent = words
  }
}
