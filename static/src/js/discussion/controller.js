import { Controller } from "@hotwired/stimulus"
import { announce } from "../announce"
import { keep, read } from "../kept"
import { forgetTyped } from "../morph"
import { showNotice } from "../notices"
import { drop, flush, waiting } from "../outbox"
import { add, list, send } from "./files"
import { mark, markOf } from "./marks"
import { Names } from "./names"
import { Presence } from "./presence"

const NEAR = 60 // pixels that still count as the end
const EARLY = 400 // pixels before the beginning at which older messages are fetched
const READ_AFTER = 800 // milliseconds that new messages are in view before they count as read
const LATE = 4000 // milliseconds after which "being sent" says that it waits

const MOST_TITLES = 20 // at once

const mine = () => document.documentElement.dataset.account
const phrase = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name])

/** A discussion as it is read and written: its end, what is new, who is here, the composer, and what waits to be sent. */
export default class extends Controller {
  static targets = ["aloud", "answered", "bubble", "changing", "composer", "deeds", "enter", "file", "files", "further", "here", "line", "list", "log", "names", "older", "pending", "pill", "progress", "text", "typing"]
  static values = { thread: Number, room: Number, seen: Number, people: String, titles: String, all: String }

  connect() {
    this.last = this.#ordinals.at(-1) ?? 0
    this.read = this.seenValue
    this.news = 0
    this.height = this.logTarget.scrollHeight
    this.presence = new Presence(this.roomValue, this.threadValue, () => this.#showPeople())
    if (this.hasTextTarget) this.names = new Names(this.textTarget, this.namesTarget, () => this.#nameable())
    this.observer = new MutationObserver((changes) => this.#changed(changes))
    this.observer.observe(this.listTarget, { childList: true })
    for (const [target, moments] of this.#outside) for (const [moment, work] of Object.entries(moments)) target.addEventListener(moment, work)
    this.#refresh()
    this.#showWaiting()
    if (this.hasTextTarget && document.activeElement === this.textTarget) this.typed()
    if (!location.hash) this.#beginAtNews()
    this.#readSoon()
  }

  disconnect() {
    this.presence.stop()
    this.observer.disconnect()
    clearTimeout(this.reading)
    clearTimeout(this.late)
    for (const [target, moments] of this.#outside) for (const [moment, work] of Object.entries(moments)) target.removeEventListener(moment, work)
  }

  #refresh = () => {
    for (const button of this.element.querySelectorAll(".nw-reaction[data-by]")) button.setAttribute("aria-pressed", String(button.dataset.by.split(" ").includes(mine())))
    this.#rove(this.current)
    this.#nameLinks()
    if (this.hasAloudTarget) this.aloudTarget.setAttribute("aria-pressed", String(!read("discussion:quiet")))
    if (this.hasEnterTarget) this.enterTarget.checked = Boolean(read("discussion:enter"))
    this.#showPeople()
    this.#showNews()
  }

  #outside = [
    [window, { "streams:rendered": () => this.#refresh(), "turbo:render": () => (this.#refresh(), this.#showWaiting()), "outbox:changed": () => this.#showWaiting(), resize: () => this.#measure() }],
    [document, { visibilitychange: () => this.#readSoon() }],
  ]

  /** Whoever has read before begins where they stopped. Only the log is moved, not the page. */
  #beginAtNews() {
    if (!this.hasLineTarget) return
    const [line, log] = [this.lineTarget.getBoundingClientRect(), this.logTarget.getBoundingClientRect()]
    this.logTarget.scrollTop += Math.min(0, line.top - log.top - log.height / 4)
    if (this.#isAtEnd) return
    this.news = this.#messages.filter(({ dataset }) => Number(dataset.ordinal) > this.read && dataset.author !== mine()).length
    this.#showNews()
  }

  // What is said ------------------------------------------------------------------------------------------------------

  get #messages() {
    return [...this.listTarget.querySelectorAll(":scope > .nw-msg")]
  }

  get #ordinals() {
    return this.#messages.map(({ dataset }) => Number(dataset.ordinal))
  }

  get #isAtEnd() {
    return Math.abs(this.logTarget.scrollTop) < NEAR && Boolean(this.listTarget.id)
  }

  #changed(changes) {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.matches?.(".nw-msg") && Number(node.dataset.ordinal) > this.last)
    if (!added.length) return this.#measure()
    const wasAtEnd = Math.abs(this.logTarget.scrollTop) < NEAR
    // The log is held at its end by the browser; whoever reads above it stays where they are.
    if (!wasAtEnd) this.logTarget.scrollTop -= this.logTarget.scrollHeight - this.height
    for (const message of added) this.#greet(message, wasAtEnd)
    this.#measure()
    this.#refresh()
    this.#readSoon()
  }

  #greet(message, wasAtEnd) {
    this.last = Number(message.dataset.ordinal)
    this.presence.wrote(Number(message.dataset.author))
    let before = message.previousElementSibling
    while (before && !before.matches(".nw-msg")) before = before.previousElementSibling
    if (before?.dataset.day !== message.dataset.day && !message.previousElementSibling?.matches(".nw-chat__day")) message.before(dayLine(message.dataset.day))
    if (message.dataset.author === mine()) return this.toEnd()
    if (!wasAtEnd || document.hidden) this.news += 1
    if (!read("discussion:quiet")) announce([message.querySelector(".nw-msg__who bdi")?.textContent, message.querySelector(".nw-prose")?.textContent.trim().slice(0, 200)].filter(Boolean).join(": "))
  }

  #measure() {
    this.height = this.logTarget.scrollHeight
  }

  #showNews() {
    this.pillTarget.hidden = !this.news
    this.pillTarget.textContent = phrase(this.pillTarget.dataset.words, { number: this.news })
  }

  toEnd() {
    this.logTarget.scrollTop = 0
  }

  scrolled() {
    this.#readSoon()
    const { scrollTop, scrollHeight, clientHeight } = this.logTarget
    if (scrollHeight - clientHeight - Math.abs(scrollTop) < EARLY) this.#fetchOlder()
  }

  /** Read is what stood in view for a moment on a page that is looked at. */
  #readSoon() {
    clearTimeout(this.reading)
    this.reading = setTimeout(() => {
      if (document.hidden || !this.#isAtEnd) return
      this.news = 0
      this.#showNews()
      if (this.last <= this.read) return
      const detail = { deed: { deed: "discussions.read", on: this.threadValue, facts: { ordinal: this.last } } }
      dispatchEvent(new CustomEvent("live:do", { detail }))
      const { last } = this
      if (!detail.answer) return this.#readSoon()
      detail.answer.then((answer) => answer?.ok && (this.read = Math.max(this.read, last)))
    }, READ_AFTER)
  }

  // Older messages

  loadOlder(event) {
    event.preventDefault()
    this.#fetchOlder(event.currentTarget)
  }

  async #fetchOlder(link) {
    if (this.isFetching || !this.hasOlderTarget) return
    this.isFetching = true
    const page = await pageAt(this.olderTarget.querySelector("a").href)
    this.isFetching = false
    if (!page) return link && showNotice("offline")
    const find = (name) => page.querySelector(`[data-discussion-target="${name}"]`)
    const first = this.#messages[0]
    const older = [...(find("list")?.children ?? [])].filter((item) => item.matches(".nw-msg, .nw-chat__day") && !(item.id && document.getElementById(item.id)))
    const [day] = this.listTarget.children
    if (day?.matches(".nw-chat__day") && older.findLast((item) => item.matches(".nw-msg"))?.dataset.day === first?.dataset.day) day.remove()
    this.listTarget.prepend(...older)
    const next = find("older")
    if (next) this.olderTarget.replaceWith(next)
    else this.olderTarget.remove()
    if (link) first?.focus({ preventScroll: true })
    this.#measure()
    this.#refresh()
  }

  /** What links to our own pages is called: asked for by each reader, who may see some and not others. */
  async #nameLinks() {
    this.titles ??= new Map()
    const bare = [...this.listTarget.querySelectorAll(".nw-prose a")].filter((link) => link.origin === location.origin && link.textContent === link.getAttribute("href"))
    const unknown = [...new Set(bare.map(({ textContent }) => textContent))].filter((address) => !this.titles.has(address)).slice(0, MOST_TITLES)
    for (const address of unknown) this.titles.set(address, null)
    if (unknown.length) {
      const answer = await fetch(`${this.titlesValue}?${new URLSearchParams(unknown.map((address) => ["of", address]))}`).catch(() => null)
      for (const [address, title] of Object.entries(answer?.ok ? await answer.json() : {})) this.titles.set(address, title)
    }
    for (const link of bare) link.textContent = this.titles.get(link.textContent) ?? link.textContent
  }

  // Walking through the list

  #rove(to) {
    const messages = this.#messages
    this.current = messages.includes(to) ? to : messages.at(-1)
    for (const message of messages) {
      const place = message === this.current ? 0 : -1
      if (message.tabIndex !== place) message.tabIndex = place
      for (const control of message.querySelectorAll("a, button")) if (control.tabIndex !== place) control.tabIndex = place
    }
  }

  entered({ target }) {
    const message = target.closest(".nw-msg")
    if (message && message !== this.current) this.#rove(message)
  }

  walk(event) {
    const { target, key } = event
    const messages = this.#messages
    const place = messages.indexOf(target.closest(".nw-msg"))
    const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: messages.length - 1 }[key]
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (to != null) {
      event.preventDefault()
      if (to < 0) this.#fetchOlder()
      messages[Math.max(0, Math.min(to, messages.length - 1))]?.focus()
      messages[to]?.scrollIntoView({ block: "nearest" })
    } else if (key === "Enter" && target.matches(".nw-msg[data-state=posted]")) {
      event.preventDefault()
      this.#openDeeds(target)
    }
  }

  // What can be done with a message

  choose(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    const link = event.target.closest("[data-reply], [data-more]")
    if (!link) return
    event.preventDefault()
    const message = link.closest(".nw-msg")
    if (link.matches("[data-more]")) this.#openDeeds(message)
    else this.#replyTo(message)
  }

  #openDeeds(message) {
    const id = message.id.split("_").at(-1)
    const dialog = this.deedsTarget
    this.chosen = message
    dialog.querySelector("h2").textContent = message.querySelector("[data-more]").ariaLabel
    for (const element of dialog.querySelectorAll("[href], [formaction]")) {
      const name = element.href ? "href" : "formaction"
      element.dataset.address ??= element.getAttribute(name)
      element.setAttribute(name, element.dataset.address.replace(/\/0\//, `/${id}/`).replace("reply=0", `reply=${id}`))
    }
    for (const element of dialog.querySelectorAll("[data-own]")) element.hidden = message.dataset.author !== mine()
    for (const button of dialog.querySelectorAll(".nw-reaction")) {
      button.dataset.on = id
      const own = message.querySelector(`.nw-msg__foot [value="${button.value}"]`)
      button.setAttribute("aria-pressed", String(own?.ariaPressed === "true"))
    }
    dialog.showModal()
    this.#rove(message)
    this.#offerFurther(message, dialog.querySelector("[data-page]").href)
  }

  /** What else this reader may do with this message says its own page. */
  async #offerFurther(message, href) {
    this.furtherTarget.replaceChildren()
    const offers = [...((await pageAt(href))?.querySelectorAll("[data-further] > *") ?? [])]
    if (this.chosen !== message) return
    for (const offer of offers) offer.className = ""
    this.furtherTarget.replaceChildren(...offers)
  }

  /** One's own message is changed where one is; a text that was begun and left is there again. */
  async change(event) {
    if (!this.hasChangingTarget) return
    event.preventDefault()
    const { href } = event.currentTarget
    const form = this.changingTarget.querySelector("form")
    const field = form.elements.text
    if (form.action !== href || field.value === field.defaultValue) {
      const said = (await pageAt(href))?.querySelector("main [name=text]")
      if (!said) return location.assign(href)
      field.defaultValue = field.value = said.value
    }
    form.action = href
    form.dataset.on = this.chosen.id.split("_").at(-1)
    this.changingTarget.showModal()
    field.focus()
  }

  leaveChange() {
    this.changingTarget.close()
  }

  changeDone() {
    this.changingTarget.close()
    this.chosen?.focus({ preventScroll: true })
  }

  closeDeeds({ target }) {
    if (target !== this.deedsTarget && !target.closest("a, button")) return
    this.deedsTarget.close()
    if (target.closest(".nw-reaction, [data-close]")) this.chosen?.focus({ preventScroll: true })
  }

  reply(event) {
    event.preventDefault()
    this.deedsTarget.close()
    this.#replyTo(this.chosen)
  }

  #replyTo(message) {
    if (!this.hasComposerTarget) return
    this.composerTarget.elements.reply_to.value = message.id.split("_").at(-1)
    const name = message.querySelector(".nw-msg__who bdi").textContent
    const said = Object.assign(document.createElement("span"), { dir: "auto", className: "nw-muted", textContent: message.querySelector(".nw-prose")?.textContent.trim().slice(0, 90) ?? "" })
    this.answeredTarget.firstElementChild.replaceChildren(`${phrase(this.answeredTarget.dataset.words, { name })} `, said)
    this.answeredTarget.hidden = false
    this.textTarget.focus()
  }

  cancelReply(event) {
    event.preventDefault()
    this.#forgetReply()
    this.textTarget.focus()
  }

  #forgetReply() {
    this.composerTarget.elements.reply_to.value = ""
    this.answeredTarget.hidden = true
  }

  // Writing -----------------------------------------------------------------------------------------------------------

  key(event) {
    if (event.isComposing) return
    if (!event.shiftKey && this.names.take(event)) return event.preventDefault()
    const isCommand = event.ctrlKey || event.metaKey
    const shortcut = markOf(event)
    if (shortcut) mark(this.textTarget, shortcut)
    else if (event.key === "Enter" && !event.shiftKey && (isCommand || (this.enterTarget.checked && !event.altKey))) this.composerTarget.requestSubmit()
    else if (event.key === "Escape" && !this.answeredTarget.hidden) this.#forgetReply()
    else return
    event.preventDefault()
  }

  typed() {
    if (this.textTarget.value) this.presence.type()
    this.names.look()
  }

  closeNames() {
    this.names.close()
  }

  chooseName(event) {
    event.preventDefault() // the focus stays in the text
    const option = event.target.closest("[role=option]")
    if (option) this.names.choose(option)
  }

  mark({ currentTarget }) {
    mark(this.textTarget, currentTarget.dataset.mark)
  }

  rememberEnter() {
    keep("discussion:enter", this.enterTarget.checked || null)
  }

  switchAloud() {
    keep("discussion:quiet", read("discussion:quiet") ? null : true)
    this.#refresh()
  }

  /** The form has been sent, or its text waits in the outbox. */
  sent() {
    this.#forgetReply()
    this.names.close()
    this.listFiles()
    this.progressTarget.textContent = ""
    this.toEnd()
    if (this.composerTarget.contains(document.activeElement)) this.textTarget.focus() // the keyboard of a phone stays
  }

  // Files

  listFiles() {
    list(this.fileTarget, this.filesTarget)
    this.textTarget.required = !this.fileTarget.files.length
  }

  over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return
    event.preventDefault()
    this.composerTarget.classList.add("is-over")
    clearTimeout(this.overTimer)
    this.overTimer = setTimeout(() => this.composerTarget.classList.remove("is-over"), 200)
  }

  drop(event) {
    this.#take(event, event.dataTransfer)
  }

  paste(event) {
    this.#take(event, event.clipboardData)
  }

  #take(event, { files }) {
    if (!files.length) return
    event.preventDefault()
    add(this.fileTarget, files)
    this.listFiles()
  }

  async sendFiles(event) {
    if (event.defaultPrevented || !this.fileTarget.files.length) return
    event.preventDefault()
    const [form, progress] = [this.composerTarget, this.progressTarget]
    if (form.ariaBusy === "true") return
    form.ariaBusy = "true"
    const answer = await send(form, (percent) => (progress.textContent = phrase(progress.dataset.sending, { percent })))
    form.ariaBusy = null
    progress.textContent = answer ? "" : progress.dataset.failed
    if (answer?.ok) forgetTyped(form)
    else if (answer) showNotice("refused", answer.message)
  }

  // What waits to be sent

  #showWaiting() {
    const entries = waiting().filter(({ deed, on }) => deed === "discussions.post" && on === this.threadValue)
    clearTimeout(this.late)
    this.pendingTarget.hidden = !entries.length
    this.pendingTarget.replaceChildren(...entries.map((entry) => this.#bubble(entry)))
    if (entries.some(({ at, refused }) => refused == null && Date.now() - at < LATE)) this.late = setTimeout(() => this.#showWaiting(), LATE)
    this.#measure()
  }

  #bubble({ key, facts, at, refused }) {
    const bubble = this.bubbleTarget.content.firstElementChild.cloneNode(true)
    const words = bubble.querySelector("[data-sending]")
    bubble.querySelector("[data-text]").textContent = facts.text
    words.textContent = refused ?? (Date.now() - at < LATE ? words.dataset.sending : words.dataset.waiting)
    if (refused == null) return bubble
    bubble.classList.add("is-refused")
    bubble.querySelector("[data-refused]").hidden = false
    bubble.querySelector("[data-delete]").addEventListener("click", () => drop(key))
    bubble.querySelector("[data-back]").addEventListener("click", () => {
      const field = this.textTarget
      field.value = [field.value, facts.text].filter(Boolean).join("\n\n")
      field.dispatchEvent(new Event("input", { bubbles: true }))
      field.focus()
      drop(key)
    })
    return bubble
  }

  // Who is here

  async #people() {
    if (!this.asked || Date.now() - this.asked.at > 60000) {
      const names = fetch(this.peopleValue).then((answer) => (answer.ok ? answer.json() : [])).catch(() => [])
      this.asked = { at: Date.now(), names }
    }
    return this.asked.names
  }

  /** Those who lead the group can speak to everybody at once. */
  async #nameable() {
    const all = this.allValue ? [{ id: "all", name: this.allValue.slice(1) }] : []
    return [...all, ...(await this.#people())]
  }

  async #showPeople() {
    const { here, typing } = this.presence ?? {}
    if (!here?.size) {
      this.hereTarget.hidden = true
      this.typingTarget.textContent = ""
      return
    }
    const people = new Map((await this.#people()).map(({ id, name }) => [id, name]))
    const names = (ids) => new Intl.ListFormat(document.documentElement.lang).format([...ids].map((id) => people.get(id)).filter(Boolean))
    Object.assign(this.hereTarget, { hidden: false, title: names(here.keys()), textContent: phrase(this.hereTarget.dataset.words, { number: here.size + 1 }) })
    const writing = names(typing.keys())
    this.typingTarget.textContent = writing && phrase(typing.size > 1 ? this.typingTarget.dataset.several : this.typingTarget.dataset.one, { names: writing })
  }
}

async function pageAt(href) {
  const answer = await fetch(href).catch(() => null)
  const html = answer?.ok && (await answer.text().catch(() => null))
  return html ? new DOMParser().parseFromString(html, "text/html") : null
}

function dayLine(day) {
  const line = Object.assign(document.createElement("li"), { className: "nw-chat__day" })
  line.append(Object.assign(document.createElement("span"), { textContent: day }))
  return line
}
