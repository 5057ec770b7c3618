// <live-draft may-write>: a text that several people write at once. What the page had drawn stands there until the text has
// come from the server or from this device; then one writes in its place.

import { Editor, Extension } from "@tiptap/core"
import { Collaboration } from "@tiptap/extension-collaboration"
import { Doc } from "yjs"
import { Awareness } from "y-protocols/awareness"
import { announce } from "../announce"
import { showNotice } from "../notices"
import { authors } from "./authors"
import { carets, showPeople } from "./carets"
import { COMMANDS } from "./commands"
import { comments } from "./comments"
import { Device, isWanted, want } from "./device"
import { askChange, askComment, askLine, askLink } from "./dialogs"
import { Exchange } from "./exchange"
import { lines } from "./lines"
import { cleaned } from "./paste"
import { SCHEMA, isSafe } from "./schema"
import { slash } from "./slash"
import { settle, suggestionAt, suggesting, suggestions } from "./suggestions"
import { Toolbar } from "./toolbar"

const LEAVING = 1000 // milliseconds in which an element that was taken away may come back, as when a page is drawn anew
const SLOW = 700 // milliseconds after which it is said that something is not saved yet
const ANSWER = 10000
const ROOM_ABOVE = 140 // pixels that the bars of a page cover, which the caret keeps clear of
const ROOM_BELOW = 110

let style

/** The editor's own style sheet, which other pages do not load. */
function loadStyle(href) {
  style ??= new Promise((resolve) => {
    const link = document.createElement("link")
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: resolve })
    document.head.append(link)
  })
  return style
}

export class LiveDraft extends HTMLElement {
  static socket
  static latest // in which somebody wrote last
  #parts

  connectedCallback() {
    clearTimeout(this.leaving)
    if (this.#parts || !this.hasAttribute("may-write")) return
    // A copy from Turbo's memory: what stood in its editor stands there as text.
    const left = this.querySelector(":scope > .ed [data-text] > *")
    if (left) this.replaceChildren(...left.childNodes)
    // In a folded part of the page nothing is drawn; the editor comes when it is opened.
    this.watch ??= new ResizeObserver(() => this.getClientRects().length && this.#mount())
    this.watch.observe(this)
  }

  disconnectedCallback() {
    this.leaving = setTimeout(() => this.isConnected || this.#unmount(), LEAVING)
  }

  /** In which item of an agenda the text stands, or whose it is. */
  get item() {
    return Number(this.dataset.item ?? this.getAttribute("on"))
  }

  /** Whether somebody can write here now. */
  get isWritable() {
    return Boolean(this.#parts?.editor?.isEditable && this.getClientRects().length)
  }

  async #mount() {
    this.watch.disconnect()
    if (this.#parts) return
    const template = document.querySelector("template[data-editor]")
    const words = template.dataset
    const { socket } = LiveDraft
    const [draft, owner] = [Number(this.getAttribute("draft")), Number(this.getAttribute("on"))]
    const doc = new Doc()
    const awareness = new Awareness(doc)
    const parts = (this.#parts = { words, doc, awareness, template })
    this.dataset.keep = "" // a page that is drawn anew leaves it alone

    const early = new Device(doc, `of-${owner}`)
    const device = (parts.device = draft ? new Device(doc, draft) : early)
    await Promise.all([loadStyle(words.style), early.load(), draft ? device.load() : null])
    if (draft) {
      early.close()
      if (early.hadText) early.forget()
    }
    if (this.#parts !== parts) return
    const key = crypto.randomUUID()
    const exchange = (parts.exchange = new Exchange({
      socket, doc, awareness, draft, room: Number(this.getAttribute("room")),
      begin: () => this.#do({ deed: "drafts.begin", on: owner, key, facts: {} }),
      tell: () => this.#tell(),
    }))
    if (!draft || device.hadText) this.#show()
    if (draft) exchange.enter()
    else if (device.hadText) exchange.start()
  }

  #show() {
    const { words, doc, awareness, template, exchange } = this.#parts
    const shell = template.content.firstElementChild.cloneNode(true)
    const id = this.id || `draft_${exchange.draft}`
    const text = shell.querySelector("[data-text]")
    const box = shell.querySelector("[role=listbox]")
    const menu = shell.querySelector("[role=menu]")
    for (const [element, name] of [[box, "slash"], [menu, "menu"], [shell.querySelector("[data-hint]"), "hint"], [text, "text"]]) element.id = `${id}_${name}`
    shell.querySelector("[role=toolbar]").setAttribute("aria-controls", text.id)
    shell.querySelector("[aria-haspopup]").setAttribute("aria-controls", menu.id)
    for (const tool of shell.querySelectorAll('[data-do="decision"], [data-do="action"]')) tool.hidden = !this.#formOf(tool.dataset.do)
    const choices = [...shell.querySelectorAll("[data-slash]:not([hidden])")].map((button) => ({ name: button.dataset.do, label: button.textContent.trim(), icon: button.querySelector("svg") }))
    const user = { id: Number(words.person), name: words.name, topic: words.topic }
    const [people, by] = shell.querySelectorAll(".ed-people")

    Object.assign(this.#parts, { shell, by, clients: new Map([[doc.clientID, user]]) })
    this.replaceChildren(shell)
    const editor = (this.#parts.editor = new Editor({
      element: text,
      injectCSS: false,
      editable: exchange.mayWrite,
      extensions: [
        ...SCHEMA,
        ...lines(words, words),
        Collaboration.configure({ document: doc }),
        carets(awareness, user),
        slash({ box, choices, act: (name) => this.#act(name) }),
        suggesting(user.id, (why) => showNotice("refused", why === "theirs" ? words.theirs : words.onlyWords)),
        comments,
        authors({ find: (client) => this.#authorOf(client), list: (names) => this.#listAuthors(names) }),
        Extension.create({
          name: "keys",
          addKeyboardShortcuts: () => ({ "Alt-F10": () => this.#parts.toolbar.focus() ?? true, "Mod-k": () => this.#act("link") ?? true, "Mod-Alt-m": () => this.#act("comment") ?? true }),
        }),
      ],
      editorProps: {
        attributes: { class: "nw-prose ed-text", "aria-multiline": "true", "aria-label": this.dataset.label ?? "", "aria-describedby": `${id}_hint` },
        transformPastedHTML: cleaned,
        handlePaste: (view, event) => this.#pasteLink(view, event),
        scrollMargin: { top: ROOM_ABOVE, bottom: ROOM_BELOW, left: 0, right: 0 },
        scrollThreshold: { top: ROOM_ABOVE, bottom: ROOM_BELOW, left: 0, right: 0 },
      },
      onTransaction: () => this.#showTools(),
      onFocus: () => {
        LiveDraft.latest = this
        exchange.start()
      },
    }))
    for (const [event, listener] of this.#listeners) addEventListener(event, listener)
    this.#parts.toolbar = new Toolbar(shell, { act: (name) => this.#act(name), leave: () => editor.commands.focus() })
    this.#stayBelow(document.querySelector("header"), shell)
    showPeople(awareness, user.id, people, text, words)
    text.addEventListener("click", (event) => this.#clicked(event), true)
    this.#tell()
    this.#look()
  }

  /** The tools stay in view below the bar of a page that stays in view itself. */
  #stayBelow(bar, shell) {
    if (!bar || getComputedStyle(bar).position !== "sticky") return
    this.#parts.above = new ResizeObserver(() => shell.style.setProperty("--ed-top", `${bar.offsetHeight}px`))
    this.#parts.above.observe(bar)
  }

  #unmount() {
    const { editor, exchange, device, toolbar, awareness, doc } = this.#parts ?? {}
    if (!this.#parts) return
    this.#parts.above?.disconnect()
    this.#parts = null
    this.watch.disconnect()
    for (const [event, listener] of this.#listeners) removeEventListener(event, listener)
    exchange?.close()
    device?.close()
    toolbar?.destroy()
    editor?.destroy()
    awareness.destroy()
    doc.destroy()
  }

  // What is known about the text

  /** The exchange with the server tells that something has changed. */
  #tell = () => {
    const { exchange, device, editor, words } = this.#parts ?? {}
    if (!exchange) return
    if (exchange.draft && device.draft !== exchange.draft) {
      device.rename(exchange.draft)
      this.setAttribute("draft", exchange.draft)
    }
    if (exchange.isLevel && !editor) return this.#show()
    if (exchange.isOver === "gone") device.forget()
    if (!editor) return
    if (editor.isEditable !== exchange.mayWrite) editor.setEditable(exchange.mayWrite)
    this.#say(this.#state(exchange, device), words)
    this.#showTools()
  }

  #state(exchange, device) {
    if (exchange.isOver) return "gone"
    if (!exchange.mayWrite) return exchange.isSaved ? "locked" : "unsent"
    if (exchange.refusal) return "full"
    const isAway = !navigator.onLine || !exchange.socket.connected
    if (exchange.isLevel && !(isAway && !exchange.isSaved)) return exchange.isSaved ? (exchange.savedAt ? "saved" : "level") : "saving"
    if (!isAway) return exchange.draft ? (exchange.wasLevel ? "saving" : "connecting") : exchange.isSaved ? "new" : "saving"
    return device.isKept && isWanted() ? "offline" : "unkept"
  }

  #say(state, words) {
    const { parts, shell, exchange } = { parts: this.#parts, ...this.#parts }
    clearTimeout(parts.late)
    const line = shell.querySelector(".nw-saving")
    if (state === "saving" && /^(saved|level|new)$/.test(line.dataset.state)) {
      return void (parts.late = setTimeout(() => this.#write(line, state, words.saving), SLOW))
    }
    const { lang } = document.documentElement
    const time = exchange.savedAt && new Intl.DateTimeFormat(`${lang}-u-nu-latn`, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone }).format(exchange.savedAt)
    this.#write(line, state, (words[state] ?? "").replace("{time}", time))
  }

  #write(line, state, words) {
    if (line.dataset.state !== state && /^(offline|unkept|locked|unsent|gone|full)$/.test(state)) announce(words)
    line.dataset.state = state
    line.firstElementChild.textContent = words
  }

  /** What readers see of the text says which one it is, once somebody has begun it. */
  #look = () => {
    const begun = document.querySelector(`[data-draft][data-item="${Number(this.getAttribute("on"))}"]`)
    if (begun) this.#parts.exchange.join(Number(begun.dataset.draft))
  }

  #listeners = [
    ["online", this.#tell],
    ["offline", this.#tell],
    ["streams:rendered", this.#look],
  ]

  /** Whether a page that no longer has this text to write may take it away: all words have come in. */
  get mayGo() {
    return this.#parts?.exchange?.isSaved ?? true
  }

  /** Whether something would be lost if the window was closed now. */
  get isAtRisk() {
    const { exchange, device } = this.#parts ?? {}
    return Boolean(exchange && !exchange.isOver && !exchange.isSaved && !(device.isKept && isWanted()))
  }

  // What can be done

  #showTools() {
    const { editor, toolbar, exchange, shell, words } = this.#parts ?? {}
    if (!toolbar) return
    const found = suggestions(editor.state.doc)
    const chosen = suggestionAt(editor.state)
    const states = Object.fromEntries(Object.entries(COMMANDS).filter(([, { isOn }]) => isOn).map(([name, { isOn }]) => [name, isOn(editor)]))
    Object.assign(states, { link: editor.isActive("link"), suggest: editor.storage.suggesting.isOn, authors: editor.storage.authors.isOn, keep: isWanted() })
    toolbar.show(states, { table: editor.isActive("table"), suggestion: chosen && exchange.mayWrite, suggestions: found.length > 0, versions: this.dataset.versions }, !exchange.mayWrite)
    if (chosen) shell.querySelector("[data-suggestion]").textContent = words.suggested.replace("{name}", this.#nameOf(chosen.by)).replace("{day}", this.#day(chosen.at))
  }

  #day(at) {
    const moment = new Date(at)
    return Number.isNaN(moment.valueOf()) ? "" : new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { day: "numeric", month: "long" }).format(moment)
  }

  #act(name) {
    const { editor, exchange, words } = this.#parts
    if (COMMANDS[name]) return COMMANDS[name].act(editor)
    if (name === "link") return void askLink(editor)
    if (name === "decision" || name === "action") return void this.askLine(name)
    if (name === "comment") return void this.#askComment()
    if (name === "suggest") {
      const isOn = !editor.storage.suggesting.isOn
      editor.chain().suggest(isOn).focus().run()
      announce(isOn ? words.on : words.off)
      return this.#showTools()
    }
    if (name === "authors") return void this.#showAuthors(!editor.storage.authors.isOn)
    if (name === "versions") return void (location.href = this.dataset.versions)
    if (name === "keep") {
      want(!isWanted())
      if (isWanted() && exchange.draft) this.#parts.device.rename(exchange.draft)
      return this.#tell()
    }
    const isTakenIn = name.startsWith("accept")
    const chosen = name.endsWith("-all") ? suggestions(editor.state.doc) : [suggestionAt(editor.state)].filter(Boolean)
    settle(editor, chosen, isTakenIn)
    editor.commands.focus()
  }

  #do(deed) {
    return LiveDraft.socket.timeout(ANSWER).emitWithAck("do", deed).catch(() => null)
  }

  #formOf(kind) {
    return document.querySelector(`#desk_${kind} form`)
  }

  /** Asks for a decision or an action, and puts it into the text. */
  askLine(kind) {
    const { editor, words } = this.#parts
    const form = this.#formOf(kind)
    if (!LiveDraft.socket.connected) return showNotice("refused", words.needsLine)
    const deed = { decision: "minutes.decide", action: "minutes.agree" }[kind]
    askLine(editor, { kind, form, title: words[`${kind}Title`], item: this.item, words, send: (facts) => this.#do({ deed, ...facts }) })
  }

  #askComment() {
    const { editor, exchange, words } = this.#parts
    if (!LiveDraft.socket.connected) return showNotice("refused", words.needsLine)
    if (editor.state.selection.empty) return showNotice("refused", words.needsWords)
    askComment(editor, (text, quote) => this.#do({ deed: "drafts.comment", on: exchange.draft, key: crypto.randomUUID(), facts: { text, quote } }))
  }

  /** The form behind a link of a card is asked for in a dialog; other links of the text are followed with a key held down. */
  #clicked(event) {
    const link = event.target.closest("a[href]")
    if (!link) return
    const { editor } = this.#parts
    if (link.matches(".ed-line [data-needs] a, .ed-line a[data-needs]") && editor.isEditable) {
      event.preventDefault()
      event.stopPropagation()
      askChange(editor, link.href)
    } else if (!link.closest(".ed-line") && (event.ctrlKey || event.metaKey || !editor.isEditable)) window.open(link.href, "_blank", "noopener")
  }

  #pasteLink(_view, event) {
    const { editor } = this.#parts
    const text = event.clipboardData?.getData("text/plain").trim() ?? ""
    if (editor.state.selection.empty || !isSafe(text)) return false
    return editor.chain().setMark("link", { href: text }).run()
  }

  // Who wrote what

  async #showAuthors(isOn) {
    const { editor, clients, exchange, words } = this.#parts
    if (isOn && exchange.draft) {
      const answer = await fetch(words.authors.replace("/0/", `/${exchange.draft}/`), { headers: { Accept: "application/json" } }).catch(() => null)
      const known = answer?.ok ? await answer.json() : { clients: {}, people: {} }
      for (const [client, person] of Object.entries(known.clients)) clients.set(Number(client), { id: Number(person), ...known.people[person] })
    }
    if (!editor.isDestroyed) editor.chain().showAuthors(isOn).focus().run()
    this.#showTools()
  }

  #authorOf(client) {
    const { clients, awareness } = this.#parts
    const there = awareness.getStates().get(client)?.user
    if (there && !clients.has(client)) clients.set(client, { ...there, name: String(there.name), topic: /^t[1-6]$/.test(there.topic) ? there.topic : "t1" })
    return clients.get(client)
  }

  #nameOf(person) {
    const { words, clients, awareness } = this.#parts
    if (person === Number(words.person)) return words.me
    const here = [...awareness.getStates().values()].map(({ user }) => user).find((user) => user?.id === person)
    return here?.name ?? [...clients.values()].find(({ id }) => id === person)?.name ?? words.somebody
  }

  #listAuthors(people) {
    const { by } = this.#parts
    by.hidden = !people.length
    by.querySelector("ul").replaceChildren(
      ...people.map(({ name, topic }) => {
        const entry = document.createElement("li")
        const label = document.createElement("bdi")
        entry.dataset.topic = topic
        label.textContent = name
        entry.append(label)
        return entry
      }),
    )
  }
}
